"""Taking in completions: those of one activity are read, judged and written together."""

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

import asyncpg

from app.activities.repository import ActivityRepository
from app.activities.staged_repository import OvertakenError
from app.auth.access import Access, not_found
from app.batch.completion_names import CompletionName, name_in
from app.batch.savepoints import refusing, savepoint
from app.core.database import Transaction
from app.core.errors import ProblemError
from app.core.etag import Precondition
from app.imports.earlier_rows import EarlierRows, repeated
from app.imports.named_activity import NamedActivity, named_activity, refusal_of
from app.imports.outcomes import Entry, Outcome, Run
from app.imports.readers.rows import Reader, Understood
from app.imports.reading_ahead import ReadingAhead
from app.imports.sure_completions import SureChunk, SureCompletions
from app.learners.completion_book import CompletionBook
from app.learners.completion_problems import DUPLICATE
from app.learners.completion_service import CompletionService
from app.learners.completion_statements import PLAN_BY_SIZE
from app.learners.completion_submission import CompletionSubmission, Record
from app.reference.boards import Board

_ANY_VERSION: Final = Precondition()


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a row asks for: which completion, of which activity."""

    activity: NamedActivity
    name: CompletionName
    document: Record


class CompletionSaving:
    """Judges and saves the rows of one import of completions."""

    def __init__(
        self, access: Access, boards: Mapping[str, Board], today: date, *, dry_run: bool = False
    ) -> None:
        self._access = access
        self._boards = boards
        self._today = today
        self._dry_run = dry_run
        self._asked: dict[int, _Asked] = {}
        self._earlier = EarlierRows(access.provider_id, access.request_id)
        self._sure = SureCompletions(
            access, boards, today, self._earlier, days_are_kept=not dry_run
        )
        # Those that are read and not yet saved, in the order of the file.
        self._chunks: deque[SureChunk | None] = deque()
        self._saved: SureChunk | None = None

    def read_together(self, reader: Reader, entries: Sequence[Entry]) -> Sequence[Entry]:
        """Read the rows that are beyond doubt; return the others."""
        # To let go of thousands of rows takes its time, which the thread that reads has.
        self._saved = None
        chunk = self._sure.read(reader, entries)
        self._chunks.append(chunk)
        return entries if chunk is None else chunk.others

    def judge(self, entry: Entry, understood: Understood) -> None:
        """Find out which completion a row is about; its activity judges the rest."""
        document = understood.document if isinstance(understood.document, dict) else {}
        name = name_in(document)
        entry.label = name.credit_id or name.completion_id
        activity, content = named_activity(document)
        name.insist()
        self._asked[entry.row.number] = _Asked(activity, name, content)

    def remember(self, entry: Entry, understood: Understood) -> None:
        """Note a row that left nothing behind; what was saved is seen in the database."""
        if understood.action == "delete":
            self.judge(entry, understood)
            self._earlier.note_gone(entry)

    async def save(
        self, transaction: Transaction, entries: Sequence[Entry], ahead: ReadingAhead
    ) -> list[Run]:
        """Save the chunk: what is sure at once, the rest of each activity together."""
        await transaction.driver.execute(PLAN_BY_SIZE)
        await self._earlier.recall(transaction.driver)
        by_activity = defaultdict(list)
        together, left = await self._save_sure(transaction, entries, ahead)
        ahead.begin()
        for entry in left:
            by_activity[self._asked[entry.row.number].activity].append(entry)
        for named, rows in by_activity.items():
            activity = await self._held(transaction, named)
            refusal = refusal_of(named, activity)
            if refusal is not None:
                for entry in rows:
                    entry.reject(refusal)
            elif activity is not None:
                await self._save_left(transaction, activity, rows)
        return together

    async def _save_left(
        self, transaction: Transaction, activity: Record, entries: Sequence[Entry]
    ) -> None:
        try:
            async with savepoint(transaction):
                await self._together(transaction, activity, entries)
        except (OvertakenError, asyncpg.IntegrityConstraintViolationError):
            await self._one_by_one(transaction, activity, entries)

    def forget(self, entries: Sequence[Entry], applied: Sequence[Run]) -> None:
        """Let go of the content of rows that were saved, and note what they were about."""
        self._earlier.note(entries, applied)
        if self._asked:
            for entry in entries:
                self._asked.pop(entry.row.number, None)
        self._saved = self._chunks.popleft()

    async def _save_sure(
        self, transaction: Transaction, entries: Sequence[Entry], ahead: ReadingAhead
    ) -> tuple[list[Run], Sequence[Entry]]:
        """Save what of the chunk is beyond doubt; return that, and what is left, in order."""
        chunk = self._chunks[0]
        if chunk is None:
            return [], entries
        try:
            async with savepoint(transaction):
                together, left = await self._sure.save(transaction, chunk, ahead)
        except (asyncpg.IntegrityConstraintViolationError, asyncpg.FeatureNotSupportedError):
            # Another call was faster with one of them; or the tables are spread over nodes,
            # which do not take every statement.
            together, left = [], chunk.sure_entries()
        return together, sorted(
            [
                *(entry for entry in left if self._names_an_activity(chunk.reader, entry)),
                *(entry for entry in chunk.others if entry.sound),
            ],
            key=lambda entry: entry.row.number,
        )

    def _names_an_activity(self, reader: Reader, entry: Entry) -> bool:
        """Look at a sure row by itself; its activity was not looked at before."""
        entry.understood = reader.understand(entry.row.sent)
        try:
            self.judge(entry, entry.understood)
        except ProblemError as problem:
            entry.reject(problem)
            return False
        return True

    async def _held(self, transaction: Transaction, named: NamedActivity) -> Record | None:
        """Hold the activity, so that nobody changes it meanwhile, and read it as it is then."""
        activities = ActivityRepository(self._access, transaction.driver)
        found = named.activity_id or await activities.find(named.key)
        if found is None:
            return None
        await CompletionBook(self._access, transaction, found).hold_activity()
        return await activities.get(found)

    async def _one_by_one(
        self, transaction: Transaction, activity: Record, entries: Sequence[Entry]
    ) -> None:
        for entry in entries:
            try:
                async with refusing(transaction):
                    await self._together(transaction, activity, [entry])
            except OvertakenError:
                detail = "A completion with this credit_id was saved at the same moment."
                entry.reject(ProblemError(DUPLICATE, detail))
            except ProblemError as problem:
                entry.reject(problem)

    async def _together(
        self, transaction: Transaction, activity: Record, entries: Sequence[Entry]
    ) -> None:
        book = CompletionBook(self._access, transaction, activity["activity_id"])
        service = CompletionService(book, activity, self._boards, self._today)
        asked = [self._asked[entry.row.number] for entry in entries]
        await book.load(
            [one.name.completion_id for one in asked if one.name.completion_id],
            [one.name.credit_id for one in asked if one.name.credit_id],
        )
        judged = [
            (entry, one, sent)
            for entry, one in zip(entries, asked, strict=True)
            if (sent := _judged(service, entry, one)) is not None
        ]
        await service.prepare(sent for _, _, sent in judged if not isinstance(sent, str))
        there = {
            entry.row.number: found["completion_id"]
            for entry, one in zip(entries, asked, strict=True)
            if (found := one.name.found_in(book)) is not None
        }
        earlier = await self._earlier.rows_about(transaction.driver, there.values())
        seen: dict[str | None, int] = {}
        for entry, one, sent in judged:
            try:
                about = there.get(entry.row.number, "")
                self._refuse_repeated(seen, entry, one, earlier.get(about))
                await _carry_out(book, service, entry, one, sent)
                if self._dry_run and not isinstance(sent, str):
                    self._refuse_taken(activity, sent, entry)
            except ProblemError as problem:
                entry.reject(problem)
        await book.flush()

    def _refuse_taken(self, activity: Record, sent: CompletionSubmission, entry: Entry) -> None:
        """Refuse a row of a trial whose day with a board an earlier row has taken."""
        for day in sent.days:
            first = self._earlier.taker(activity["activity_id"], day, entry.row.number)
            if first != entry.row.number:
                detail = (
                    f"{day.board} takes one completion of a learner, activity and day, and row"
                    f" {first} of the file has the one of {day.completed_on}."
                )
                raise ProblemError(DUPLICATE, detail)

    def _refuse_repeated(
        self,
        seen: dict[str | None, int],
        entry: Entry,
        asked: _Asked,
        earlier: int | None,
    ) -> None:
        """Refuse a row about what an earlier row, of whichever chunk, was about."""
        named = asked.name.credit_id or asked.name.completion_id
        first = earlier or self._earlier.gone(entry) or seen.setdefault(named, entry.row.number)
        if first != entry.row.number:
            raise repeated(first)


def _judged(
    service: CompletionService, entry: Entry, asked: _Asked
) -> CompletionSubmission | Literal["delete"] | None:
    """Return what a row says, that it deletes, or None when it is refused."""
    if entry.understood is not None and entry.understood.action == "delete":
        return "delete"
    try:
        return service.submission(asked.document)
    except ProblemError as problem:
        entry.reject(problem)
        return None


async def _carry_out(
    book: CompletionBook,
    service: CompletionService,
    entry: Entry,
    asked: _Asked,
    sent: CompletionSubmission | Literal["delete"],
) -> None:
    before = asked.name.found_in(book)
    if isinstance(sent, str):
        if before is None:
            raise not_found()
        service.remove(before)
        entry.apply("deleted", before["completion_id"])
    elif before is not None:
        corrected = service.correct(before, sent)
        outcome: Outcome = "unchanged" if corrected.unchanged else "updated"
        entry.apply(outcome, before["completion_id"])
    elif asked.name.completion_id is not None:
        raise not_found()
    else:
        reported = await service.report(sent)
        entry.apply("created", reported.completion["completion_id"])
