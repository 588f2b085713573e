"""Taking in activities: those of a chunk are read together and written together."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

import asyncpg

from app.activities import deleting
from app.activities.formats import FORMAT_OF_LEGACY_CODE
from app.activities.new_activities import NewActivities
from app.activities.repository import ActivityRepository, Record
from app.activities.service import ActivityService, SaveOptions
from app.activities.staged_repository import OvertakenError, StagedActivities
from app.activities.submission import CONTENT_FIELDS, KEY_FIELDS, Submission, submission
from app.auth.access import Access, existing, require_scope
from app.batch.activity_names import name_in
from app.batch.savepoints import refusing, savepoint
from app.core.database import Transaction
from app.core.errors import ProblemError
from app.core.etag import Precondition
from app.imports.outcomes import Entry, Outcome, Run, runs_of
from app.imports.problems import ROW_REPEATED
from app.imports.readers.rows import REASONS, Reader, Understood
from app.imports.reading_ahead import ReadingAhead
from app.reference.boards import Board

_ANY_VERSION: Final = Precondition()
# So many rows are read before what was made of them goes into columns: what is still in the
# processor's own memory is read again at a fraction of the time.
_READ_AT_A_TIME: Final = 50


class ActivitySaving:
    """Judges and saves the rows of one import of activities."""

    def __init__(self, access: Access, boards: Mapping[str, Board], today: date) -> None:
        self._access = access
        self._boards = boards
        self._today = today
        self._reader: Reader | None = None
        self._sent: dict[int, Submission] = {}
        self._seen: dict[int, int] = {}
        # Whether the records of the last chunk were all new; None before the first.
        self._all_new: bool | None = None
        self._ready: dict[int, NewActivities] = {}

    def read_together(self, reader: Reader, entries: Sequence[Entry]) -> Sequence[Entry]:
        """Judge the rows that can be read together; return those that have to be refused."""
        self._reader = reader
        ready = None if self._all_new is False else NewActivities()
        left: list[Entry] = []
        for first in range(0, len(entries), _READ_AT_A_TIME):
            few = entries[first : first + _READ_AT_A_TIME]
            documents = reader.together([entry.row.sent for entry in few])
            if documents is None:
                return entries
            read = zip(few, documents, strict=True)
            left += [entry for entry, document in read if not self._is_sound(entry, document)]
            if ready is not None:
                ready = self._with(ready, [entry for entry in few if entry.sound])
        if ready:
            self._ready[entries[0].row.number] = ready
        return left

    def _with(self, ready: NewActivities, entries: Sequence[Entry]) -> NewActivities | None:
        """Make rows ready to be entered, and let go of what was read of them.

        Return None where one of them names what only a stored record has.
        """
        numbers = [entry.row.number for entry in entries]
        if any(self._sent[number].echoed for number in numbers):
            return None
        ready.add([self._sent.pop(number) for number in numbers])
        for entry in entries:
            entry.understood = None
        return ready

    def _is_sound(self, entry: Entry, document: Any) -> bool:
        if not isinstance(document, dict):
            return False
        document.pop(REASONS, None)
        entry.understood = Understood(document)
        try:
            self._judge(entry, entry.understood)
        except ProblemError:
            # Read once more by itself, it is refused with its numbers as they were written.
            return False
        entry.sound = True
        return True

    def judge(self, entry: Entry, understood: Understood) -> None:
        """Judge a record by itself and against the rows before it."""
        _describe(entry, understood.document)
        self._judge(entry, understood)

    def _judge(self, entry: Entry, understood: Understood) -> None:
        document = understood.document = self._read(understood.document)
        sent = None
        if understood.action == "delete":
            # It is only named: what else it says is not saved and need not be right.
            name_in(document).insist()
        else:
            sent = self._submission(understood)
        number = entry.row.number
        named = [hash(identity) for identity in _identities(document)]
        for identity in named:
            earlier = self._seen.get(identity, number)
            if earlier != number:
                message = f"Row {earlier} of the file is about the same activity."
                raise ProblemError(ROW_REPEATED, message)
        for identity in named:
            self._seen[identity] = number
        if sent is not None:
            self._sent[number] = sent

    def remember(self, entry: Entry, understood: Understood) -> None:
        """Note the key of a row of before this attempt, as far as it was noted then."""
        self._judge(entry, understood)
        self._sent.pop(entry.row.number, None)

    async def save(
        self, transaction: Transaction, entries: Sequence[Entry], ahead: ReadingAhead
    ) -> list[Run]:
        """Save the chunk: what is a deed goes one by one, everything else together.

        When another call is faster with one of the records, all go one by one.
        """
        entered = await self._enter_as_new(transaction, entries, ahead)
        if entered is not None:
            return entered
        ahead.begin()
        self._read_again(entries)
        together = [entry for entry in entries if not _is_deed(entry)]
        try:
            async with savepoint(transaction):
                await self._together(transaction, together)
        except (OvertakenError, asyncpg.IntegrityConstraintViolationError):
            await self._one_by_one(transaction, together)
        await self._one_by_one(transaction, [entry for entry in entries if _is_deed(entry)])
        return []

    def forget(self, entries: Sequence[Entry], applied: Sequence[Run]) -> None:  # noqa: ARG002
        """Let go of the content of rows that were saved."""
        for entry in entries:
            self._sent.pop(entry.row.number, None)
            self._ready.pop(entry.row.number, None)

    async def _enter_as_new(
        self, transaction: Transaction, entries: Sequence[Entry], ahead: ReadingAhead
    ) -> list[Run] | None:
        """Enter a chunk that was made ready; return None where that is not all of it."""
        ready = self._ready.get(entries[0].row.number) if entries else None
        if ready is None or len(ready) != len(entries):
            return None
        if self._all_new is None and await ready.any_there(self._access, transaction):
            return None
        try:
            async with savepoint(transaction):
                ids = await ready.enter(self._access, transaction, ahead.begin_soon)
        except (OvertakenError, asyncpg.IntegrityConstraintViolationError):
            return None
        self._all_new = True
        return runs_of("created", [entry.row.number for entry in entries], ids)

    def _read_again(self, entries: Sequence[Entry]) -> None:
        """Read what was let go of because the records were believed to be new."""
        for entry in entries:
            if self._reader and not _is_deed(entry) and entry.row.number not in self._sent:
                understood = entry.understood = self._reader.understand(entry.row.sent)
                understood.document = self._read(understood.document)
                self._sent[entry.row.number] = self._submission(understood)

    def _submission(self, understood: Understood) -> Submission:
        return submission(understood.document, self._access.provider_id, self._boards)

    async def _together(self, transaction: Transaction, entries: Sequence[Entry]) -> None:
        sent = [self._sent[entry.row.number] for entry in entries]
        ids = [named for one in sent if (named := _id_of(one)) is not None]
        staged = StagedActivities(self._access, transaction)
        await staged.load([one.key for one in sent if _id_of(one) is None], ids)
        self._all_new = staged.none_there
        for entry, one in zip(entries, sent, strict=True):
            current = await staged.get_by_key(one.key)
            if one.echoed or (current and not _same(current, one)):
                await self._through_the_service(staged, entry, one)
            elif current:
                entry.apply("unchanged", current["activity_id"])
            else:
                stored = await staged.insert(one.content, "created")
                entry.apply("created", (stored or one.content)["activity_id"])
        await staged.flush()

    async def _through_the_service(
        self, repository: ActivityRepository, entry: Entry, sent: Submission
    ) -> None:
        """Save as a single call would; what it refuses is the refusal of this row."""
        try:
            entry.apply(*await self._saved(repository, entry, sent))
        except ProblemError as problem:
            _refuse(entry, problem)

    async def _one_by_one(self, transaction: Transaction, entries: Sequence[Entry]) -> None:
        repository = ActivityRepository(self._access, transaction.driver)
        for entry in entries:
            try:
                async with refusing(transaction):
                    entry.apply(*await self._done(repository, entry))
            except ProblemError as problem:
                _refuse(entry, problem)

    async def _done(self, repository: ActivityRepository, entry: Entry) -> tuple[Outcome, str]:
        """Do what the row asks for, and return what that was and which record it is."""
        asked = entry.understood
        if asked is None or asked.action != "delete":
            return await self._saved(repository, entry, self._sent[entry.row.number])
        name = name_in(asked.document)
        found = existing(name.activity_id or (name.key and await repository.find(name.key)))
        await deleting.delete(repository, found, _ANY_VERSION)
        return "deleted", found

    async def _saved(
        self, repository: ActivityRepository, entry: Entry, sent: Submission
    ) -> tuple[Outcome, str]:
        """Save as the row asks, and return what that was and which record it is."""
        asked = entry.understood or Understood(None)
        named = _id_of(sent)
        if asked.close:
            require_scope(self._access.principal, "activities:close")
        service = ActivityService(repository, self._boards, self._today)
        options = SaveOptions(close=asked.close)
        if named is None:
            saved = await service.push(sent.key, asked.document, options, _ANY_VERSION)
        else:
            saved = await service.replace(named, asked.document, options, _ANY_VERSION)
        outcome: Outcome = "unchanged" if saved.unchanged else "updated"
        return "created" if saved.created else outcome, saved.record["activity_id"]

    def _read(self, document: Any) -> Any:
        """Return a document with an older code of a format as the format it means."""
        if not isinstance(document, dict):
            return document
        if document.get("provider_id") == self._access.provider_id:
            document = {name: document[name] for name in document if name != "provider_id"}
        code = document.get("format")
        known = FORMAT_OF_LEGACY_CODE.get(code) if isinstance(code, str) else None
        return document if known is None else {**document, "format": known.code}


def _is_deed(entry: Entry) -> bool:
    asked = entry.understood
    return asked is not None and (asked.close or asked.action == "delete")


def _id_of(sent: Submission) -> str | None:
    """Return the system's id that a row names; anything but text is refused as read-only."""
    named = sent.echoed.get("activity_id")
    return named if isinstance(named, str) else None


def _same(current: Record, sent: Submission) -> bool:
    return all(current[name] == sent.content[name] for name in CONTENT_FIELDS)


def _identities(document: Record) -> list[tuple[str, ...]]:
    """Return all that tells the record of a row from others, hashable whatever was sent.

    A row with an activity_id says the key as well, which another row may give alone.
    """
    activity_id = document.get("activity_id")
    key = tuple(repr(document.get(name)) for name in KEY_FIELDS)
    # What is to be deleted may be named by its id alone.
    named = [key] if document.get("start_date") is not None else []
    return named if activity_id is None else [(repr(activity_id),), *named]


def _refuse(entry: Entry, problem: ProblemError) -> None:
    if entry.understood is not None:
        _describe(entry, entry.understood.document)
    entry.reject(problem)


def _describe(entry: Entry, document: Any) -> None:
    """Note how a person knows the record, and how many parts go with it."""
    if not isinstance(document, dict):
        return
    label = document.get("internal_id") or document.get("activity_id") or document.get("title")
    entry.label = label[:200] if isinstance(label, str) else None
    entry.children = 0
    for section, part in (("commercial_support", "sources"), ("moc", "boards")):
        inner = document.get(section)
        parts = inner.get(part) if isinstance(inner, dict) else None
        entry.children += len(parts) if isinstance(parts, list) else 0
