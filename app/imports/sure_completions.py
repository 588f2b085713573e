"""Taking in the completions that are beyond doubt, a chunk of them at a time.

They are read by columns while the chunk before is saved, and saved in one statement. What
is in doubt, and what the statement leaves alone because it is a correction or its day is
taken, goes the way of every other row: one by one, in the words of the rules.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import compress

from app.auth.access import Access
from app.core.database import Transaction
from app.imports.earlier_rows import EarlierRows
from app.imports.held_activities import HeldActivities, Name, name_in
from app.imports.outcomes import Entry
from app.imports.readers.rows import Reader
from app.learners.completion_certainty import Questions, allowed
from app.learners.completion_columns import Columns, CompletionReader
from app.learners.completion_entering import Texts, enter, texts_of
from app.reference.boards import Board

_BESIDE = frozenset({"activity", "activity_id"})


@dataclass(slots=True)
class SureChunk:
    """The rows of one chunk that could be read, with what they say and of which activities.

    `others` are those of the whole chunk that are not sure.
    """

    reader: Reader
    entries: list[Entry]
    columns: Columns
    activities: list[Name | None]
    questions: Questions
    texts: Texts
    others: list[Entry]

    def sure_entries(self) -> list[Entry]:
        """Return the entries of the sure rows."""
        return [self.entries[place] for place in self.columns.sure]


class SureCompletions:
    """Finds and saves completions that need no look of their own."""

    def __init__(
        self, access: Access, boards: Mapping[str, Board], today: date, earlier: EarlierRows
    ) -> None:
        principal = access.principal
        self._writer = (
            access.provider_id,
            principal.kind,
            principal.credential_id,
            access.request_id,
        )
        self._contents = CompletionReader(boards)
        self._activities = HeldActivities(access, boards, today)
        self._earlier = earlier

    def read(self, reader: Reader, entries: Sequence[Entry]) -> SureChunk | None:
        """Read a chunk, and return what of it is sure; those entries are marked as sound."""
        documents = reader.together([entry.row.sent for entry in entries])
        if documents is None:
            return None
        read = list(entries)
        if set(map(type, documents)) != {dict}:
            read = [one for one, said in zip(entries, documents, strict=True) if type(said) is dict]
            documents = [said for said in documents if type(said) is dict]
        # Named by the system's id, a completion may be one that another row names otherwise.
        if not read or "completion_id" in frozenset().union(*documents):
            return None
        columns = self._contents.read(documents, _BESIDE)
        names = list(map(name_in, documents))
        columns.sure = [place for place in columns.sure if names[place] is not None]
        credit_ids = columns.fields["credit_id"]
        for place in columns.sure:
            entry = read[place]
            entry.sound, entry.label = True, credit_ids[place]
        others = [entry for entry in entries if not entry.sound]
        questions, texts = Questions(columns, names), texts_of(columns, columns.sure)
        return SureChunk(reader, read, columns, names, questions, texts, others)

    async def save(self, transaction: Transaction, chunk: SureChunk) -> list[Entry]:
        """Save a chunk's sure rows; return the entries that need a look of their own."""
        columns, sure = chunk.columns, chunk.columns.sure
        ids, terms = await self._activities.hold(transaction, chunk.questions.names)
        activities = ["" if name is None else ids.get(name, "") for name in chunk.activities]
        places = (
            sure if chunk.questions.allowed(ids, terms) else allowed(columns, activities, terms)
        )
        places = self._earlier.not_gone(chunk.entries, places)
        texts = chunk.texts if len(places) == len(sure) else texts_of(columns, places)
        saved = await enter(transaction.driver, self._writer, columns, activities, texts)
        left = set(sure).difference(places)
        there = compress(saved.completion_ids, saved.same)
        met = self._earlier.met(list(there))
        entries = chunk.entries
        for place, completion_id, same in zip(*saved, strict=True):
            if completion_id is None or same is False or completion_id in met:
                left.add(place)
            else:
                entries[place].apply("unchanged" if same else "created", completion_id)
        return [chunk.entries[place] for place in sorted(left)]
