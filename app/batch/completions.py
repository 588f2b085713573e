"""A batch of one activity's completions: the writes of single ones, many at a time."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from app.activities.calls import Writing
from app.activities.staged_repository import OvertakenError
from app.auth.access import not_found
from app.batch.completion_names import CompletionName, name_in
from app.batch.entries import Entry
from app.batch.only_named import refuse_content
from app.batch.outcomes import Outcome, Result
from app.batch.repetitions import Seen
from app.batch.savepoints import refusing
from app.core.admission import busy
from app.core.database import Transaction
from app.core.errors import ProblemError
from app.core.giving_way import give_way
from app.learners.completion_book import CompletionBook
from app.learners.completion_calls import open_book
from app.learners.completion_service import CompletionService
from app.learners.completion_submission import CompletionSubmission, Record

NOTHING_TOLD: Final = {"completion_id": None}
_ATTEMPTS: Final = 5


@dataclass(frozen=True, slots=True)
class _Judged:
    """An entry whose content was judged: what it says, or why it is refused."""

    entry: Entry
    name: CompletionName
    sent: CompletionSubmission | None
    refusal: ProblemError | None = None


@dataclass(frozen=True, slots=True)
class CompletionBatch:
    """What the records of a batch are held against: the call, and the activity."""

    call: Writing
    activity_id: str

    async def together(self, transaction: Transaction, entries: Sequence[Entry]) -> list[Outcome]:
        """Carry out all entries in a few statements; raise OvertakenError to give up."""
        book, service = await open_book(self.call, transaction, self.activity_id)
        judged = []
        for entry in entries:
            judged.append(_judged(service, entry))
            await give_way(entry.index)
        await book.load(*_named([one.name for one in judged]))
        await service.prepare(one.sent for one in judged if one.sent is not None)
        seen = Seen()
        outcomes = [await _outcome(book, service, one, seen) for one in judged]
        await book.flush()
        return outcomes

    async def alone(self, transaction: Transaction, entries: Sequence[Entry]) -> list[Outcome]:
        """Carry out the entries one by one, each under a savepoint of its own."""
        book, _ = await open_book(self.call, transaction, self.activity_id)
        # All at once and first: locked one by one, two batches could wait each for the other.
        await book.load(*_named([name_in(entry.document) for entry in entries]), lock=True)
        seen = Seen()
        return [await self._alone(transaction, entry, seen) for entry in entries]

    async def _alone(self, transaction: Transaction, entry: Entry, seen: Seen) -> Outcome:
        for _ in range(_ATTEMPTS):
            book, service = await open_book(self.call, transaction, self.activity_id)
            one = _judged(service, entry)
            await book.load(*_named([one.name]), lock=True)
            await service.prepare([one.sent] if one.sent else [])
            outcome = await _outcome(book, service, one, seen)
            with suppress(OvertakenError):
                return await _flushed(transaction, book, one, outcome)
        # Others reported and deleted a completion with this credit id in turn, all that time.
        raise busy()


def _named(names: Sequence[CompletionName]) -> tuple[list[str], list[str]]:
    ids = [name.completion_id for name in names if name.completion_id is not None]
    return ids, [name.credit_id for name in names if name.credit_id is not None]


def _judged(service: CompletionService, entry: Entry) -> _Judged:
    name = name_in(entry.document)
    try:
        entry.insist()
        if entry.action == "delete":
            name.insist()
            return _Judged(entry, name, None)
        sent = service.submission(entry.document)
        name.insist()
    except ProblemError as refusal:
        return _Judged(entry, name, None, refusal)
    return _Judged(entry, name, sent)


async def _outcome(
    book: CompletionBook, service: CompletionService, one: _Judged, seen: Seen
) -> Outcome:
    try:
        return await _carried_out(book, service, one, seen)
    except ProblemError as refusal:
        return _failed(book, one, refusal)


async def _carried_out(
    book: CompletionBook, service: CompletionService, one: _Judged, seen: Seen
) -> Outcome:
    if one.refusal is not None:
        raise one.refusal
    before = one.name.found_in(book)
    own_id = None if before is None else ("completion_id", before["completion_id"])
    seen.enter(one.entry.index, (*one.name, own_id))
    if one.sent is None:
        if before is None:
            raise not_found()
        refuse_content(one.entry.document, before)
        service.remove(before)
        return _told(one, "deleted", before)
    if before is not None:
        corrected = service.correct(before, one.sent)
        return _told(one, "unchanged" if corrected.unchanged else "updated", corrected.completion)
    if one.entry.action == "update" or one.name.completion_id is not None:
        raise not_found()
    return _told(one, "created", (await service.report(one.sent)).completion)


def _told(one: _Judged, result: Result, completion: Record) -> Outcome:
    told = {"completion_id": completion["completion_id"]}
    key, version = completion["credit_id"], completion["version"]
    entry = one.entry
    return Outcome(
        entry.index, entry.action, key, result, told, None if result == "deleted" else version
    )


async def _flushed(
    transaction: Transaction, book: CompletionBook, one: _Judged, outcome: Outcome
) -> Outcome:
    try:
        async with refusing(transaction):
            await book.flush()
    except ProblemError as refusal:
        return _failed(book, one, refusal)
    return outcome


def _failed(book: CompletionBook, one: _Judged, refusal: ProblemError) -> Outcome:
    before = one.name.found_in(book)
    told = {"completion_id": before and before["completion_id"]}
    entry = one.entry
    return Outcome(entry.index, entry.action, one.name.credit_id, "failed", told, refusal=refusal)
