"""Taking in the completions that are beyond doubt, a chunk of them at a time.

They are read by columns while the chunk before is saved, and saved in one statement. What
is in doubt, and what the statement leaves alone because it is a correction or its day is
taken, goes the way of every other row: one by one, in the words of the rules.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from itertools import compress
from typing import Any

import asyncpg

from app.auth.access import Access
from app.batch.savepoints import savepoint
from app.core.database import Transaction
from app.imports.earlier_rows import EarlierRows
from app.imports.held_activities import HeldActivities, Name, names_in
from app.imports.outcomes import Entry, Outcome, Run, runs_of
from app.imports.readers.rows import Reader
from app.imports.reading_ahead import ReadingAhead
from app.learners.completion_certainty import Questions, allowed
from app.learners.completion_columns import Columns, CompletionReader
from app.learners.completion_entering import Entered, Entering, Placed, Texts, texts_of
from app.reference.boards import Board

_BESIDE = frozenset({"activity", "activity_id"})
# So many rows are parsed and taken apart together: they fit into the processor's cache.
_TOGETHER = 250


class ParsedRows:
    """The rows of a chunk, parsed some hundred at a time as they are asked for.

    `entries` are those that could be parsed; `names` tells how each names its activity.
    """

    def __init__(self, reader: Reader, entries: Sequence[Entry]) -> None:
        self._reader = reader
        self._all = entries
        self.entries: list[Entry] = []
        self.names: list[Name | None] = []
        self._known: dict[Name | None, Name | None] = {}

    def __iter__(self) -> Iterator[list[Any]]:
        """Give what they say."""
        for begin in range(0, len(self._all), _TOGETHER):
            entries = self._all[begin : begin + _TOGETHER]
            documents = self._reader.together([entry.row.sent for entry in entries]) or []
            if set(map(type, documents)) != {dict}:
                parsed = [type(document) is dict for document in documents]
                entries = list(compress(entries, parsed))
                documents = list(compress(documents, parsed))
            self.entries += entries
            names = names_in(documents)
            # Names that are equal are one object from here on: it is hashed once.
            self.names += map(self._known.setdefault, names, names)
            yield documents


@dataclass(slots=True)
class SureChunk:
    """The rows of one chunk that could be read, with what they say and of which activities.

    `rows` are their numbers; `others` are those of the whole chunk that are not sure.
    """

    reader: Reader
    entries: list[Entry]
    rows: Sequence[int]
    columns: Columns
    activities: Sequence[Name | None]
    questions: Questions
    texts: Texts
    others: list[Entry]

    def sure_entries(self) -> list[Entry]:
        """Return the entries of the sure rows."""
        return [self.entries[place] for place in self.columns.sure]

    def sure_without(self, together: Sequence[Run]) -> list[Entry]:
        """Return the entries of the sure rows that are in none of these runs."""
        if sum(run.length for run in together) == len(self.columns.sure):
            return []
        taken = {run.row + place for run in together for place in range(run.length)}
        return [entry for entry in self.sure_entries() if entry.row.number not in taken]


class SureCompletions:
    """Finds and saves completions that need no look of their own."""

    def __init__(
        self,
        access: Access,
        boards: Mapping[str, Board],
        today: date,
        earlier: EarlierRows,
        *,
        days_are_kept: bool,
    ) -> None:
        self._access = access
        self._contents = CompletionReader(boards)
        self._activities = HeldActivities(access, boards, today)
        self._earlier = earlier
        self._days_are_kept = days_are_kept
        self._all_new = False

    def read(self, reader: Reader, entries: Sequence[Entry]) -> SureChunk | None:
        """Read a chunk, and return what of it is sure; those entries are marked as sound."""
        if reader.together([]) is None:
            return None
        parsed = ParsedRows(reader, entries)
        columns = self._contents.read(parsed, _BESIDE)
        # Named by the system's id, a completion may be one that another row names otherwise.
        if not parsed.entries or "completion_id" in columns.strange:
            return None
        read, names = parsed.entries, parsed.names
        if None in names:
            columns.sure = [place for place in columns.sure if names[place] is not None]
        credit_ids = columns.fields["credit_id"]
        for place in columns.sure:
            entry = read[place]
            entry.sound, entry.label = True, credit_ids[place]
        others = [entry for entry in entries if not entry.sound]
        questions, texts = Questions(columns, names), texts_of(columns, columns.sure)
        rows = [entry.row.number for entry in read]
        return SureChunk(reader, read, rows, columns, names, questions, texts, others)

    async def save(
        self, transaction: Transaction, chunk: SureChunk, ahead: ReadingAhead
    ) -> tuple[list[Run], list[Entry]]:
        """Save a chunk's sure rows; return their runs, and what needs a look of its own."""
        columns, sure = chunk.columns, chunk.columns.sure
        ids, terms = await self._activities.hold(transaction, chunk.questions.names)
        activities = ["" if name is None else ids.get(name, "") for name in chunk.activities]
        places = (
            sure if chunk.questions.allowed(ids, terms) else allowed(columns, activities, terms)
        )
        places = self._earlier.not_gone(chunk.entries, places)
        if not self._days_are_kept:
            # Which days earlier rows have taken cannot be seen in the database.
            places = [place for place in places if columns.days[place] is None]
        if not places:
            return [], chunk.sure_entries()
        texts = chunk.texts if len(places) == len(sure) else texts_of(columns, places)
        entering = Entering(self._access, transaction.driver, columns, activities, texts)
        saved = await self._saved(transaction, entering, ahead)
        together = [
            *self._runs(chunk, "created", saved.created),
            *self._runs(chunk, "unchanged", saved.unchanged),
        ]
        return together, chunk.sure_without(together)

    async def _saved(
        self, transaction: Transaction, entering: Entering, ahead: ReadingAhead
    ) -> Entered:
        """Enter the rows; behind a chunk that was all new without a look at what is there.

        Should one be there, the unique index says so, and nothing of the statement stays.
        """
        saved = None
        if self._all_new:
            with suppress(asyncpg.UniqueViolationError):
                async with savepoint(transaction):
                    ahead.begin_soon()
                    saved = await entering.enter_as_new()
        if saved is None:
            self._all_new = not await entering.any_there()
            ahead.begin_soon()
            saved = await (entering.enter_as_new() if self._all_new else entering.enter())
        return saved

    def _runs(self, chunk: SureChunk, outcome: Outcome, placed: Placed) -> list[Run]:
        """Return rows as runs, but for those about what an earlier row was about."""
        rows = list(map(chunk.rows.__getitem__, placed.places))
        runs = runs_of(outcome, rows, placed.ids)
        if any(self._earlier.met(one.record_id, one.length) for one in runs):
            left = [not self._earlier.met(one) for one in placed.ids]
            runs = runs_of(outcome, list(compress(rows, left)), list(compress(placed.ids, left)))
        return runs
