"""Saving activities: create, push, replace, merge, each all or nothing."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.activities.closing import close_record, not_ready
from app.activities.history import Change, changes
from app.activities.parts import Alongside, Replace, told_of_the_part
from app.activities.presenting import changed_of_record, present_facts, reference
from app.activities.problems import BELOW_REQUIRED_STATUS, CLOSED, DUPLICATE_KEY
from app.activities.repository import ActivityRepository, Key, Record
from app.activities.snapshot_years import years_left
from app.activities.status import Status, judge, missing
from app.activities.submission import (
    CONTENT_FIELDS,
    Submission,
    echo_in,
    in_order,
    key_fields,
    pushed_echo_in,
    submission,
)
from app.auth.access import existing
from app.core.errors import ProblemError, Violation, refuse
from app.core.etag import Precondition
from app.core.read_only import read_only_violations, told_together
from app.reference.boards import Board

_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class SaveOptions:
    """What a write asks for beside its content."""

    require_status: Status | None = None
    close: bool = False


@dataclass(frozen=True, slots=True)
class Saved:
    """The record as it stands after a write."""

    record: Record
    created: bool = False
    unchanged: bool = False


class ActivityService:
    """The writes that change an activity's content, within one transaction."""

    def __init__(
        self, repository: ActivityRepository, boards: Mapping[str, Board], today: date
    ) -> None:
        self._repository = repository
        self._provider_id = repository.provider_id
        self._boards = boards
        self._today = today

    async def create(self, document: Any, options: SaveOptions) -> Saved:
        """Enter a new activity; 409 `activity.duplicate_key` when its key is taken."""
        sent = self._judged(document, None)
        saved = await self._insert(sent, options)
        if saved is None:
            raise await self._duplicate(sent.key)
        return saved

    async def push(
        self,
        key: Key,
        document: Any,
        options: SaveOptions,
        precondition: Precondition,
    ) -> Saved:
        """Make the record under this key say what the document says, creating it if need be."""
        try:
            sent = submission(document, self._provider_id, self._boards, key)
        except ProblemError as refusal:
            echoed = pushed_echo_in(document)
            current = await self._repository.get_by_key(key) if echoed else None
            raise self._with_changed(refusal, echoed, current) from None
        for _ in range(_ATTEMPTS):
            current = await self._repository.get_by_key(key)
            if current is None:
                precondition.check(None)
                saved = await self._insert(sent, options)
            else:
                precondition.check(current["version"])
                saved = self._unchanged(current, sent, options) or await self._save_over(
                    current["activity_id"], sent, options, precondition
                )
            if saved is not None:
                return saved
        # Others created and deleted the record under this key in turn, all that time.
        raise await self._duplicate(key)

    async def replace(
        self,
        activity_id: str,
        document: Any,
        options: SaveOptions,
        precondition: Precondition,
    ) -> Saved:
        """Replace the content of a record; what the document leaves out becomes unanswered."""
        current = await self._locked(activity_id)
        precondition.check(current["version"])
        with _closed_first(current):
            sent = self._judged(document, current)
        return await self._save_locked(current, sent, options)

    async def edit(
        self,
        activity_id: str,
        change: Callable[[Record], Any],
        options: SaveOptions,
        precondition: Precondition,
    ) -> Saved:
        """Apply a change to the content of a record, under its lock."""
        current = await self._locked(activity_id)
        precondition.require()
        precondition.check(current["version"])
        content = {name: current[name] for name in CONTENT_FIELDS}
        with _closed_first(current):
            sent = self._judged(change(content), current)
        return await self._save_locked(current, sent, options)

    async def replace_part(
        self, activity_id: str, replace: Replace, precondition: Precondition
    ) -> Saved:
        """Replace a part of a record, such as its support, under its lock."""
        current = await self._locked(activity_id)
        precondition.check(current["version"])
        content = {name: current[name] for name in CONTENT_FIELDS}
        with _closed_first(current):
            replacement = await replace(current)
            document = {**content, **replacement.content}
            with told_of_the_part(replacement):
                sent = submission(document, self._provider_id, self._boards)
        return await self._save_locked(current, sent, SaveOptions(), replacement.alongside)

    async def _locked(self, activity_id: str) -> Record:
        return existing(await self._repository.get_for_edit(activity_id))

    def _judged(self, document: Any, current: Record | None) -> Submission:
        """Judge a document; refuse what is wrong with it and what of it is the server's at once."""
        try:
            return submission(document, self._provider_id, self._boards)
        except ProblemError as refusal:
            raise self._with_changed(refusal, echo_in(document), current) from None

    def _with_changed(self, told: ProblemError, echoed: Record, of: Record | None) -> ProblemError:
        return told_together(told, self._changed_fields(echoed, of), in_order)

    def _changed_fields(self, echoed: Record, current: Record | None) -> list[Violation]:
        """List what was sent of the server's fields and is not as the record, or none, has it."""
        if not echoed:
            return []
        if current is not None:
            return changed_of_record(echoed, current, self._boards, self._today)
        given = {name: value for name, value in echoed.items() if value is not None}
        return read_only_violations(given, {"provider_id": self._provider_id})

    def _refuse_changed(self, sent: Submission, current: Record | None) -> None:
        if found := self._changed_fields(sent.echoed, current):
            raise refuse(found)

    async def _insert(self, sent: Submission, options: SaveOptions) -> Saved | None:
        self._refuse_changed(sent, None)
        self._require(sent, options, closed=False)
        stored = await self._repository.insert(sent.content, "created")
        if stored is None:
            return None
        identity = {"activity_id": stored["activity_id"], "provider_id": self._provider_id}
        record = await self._closed({**identity, **sent.content, **stored}, options)
        return Saved(present_facts(record, sent.facts, self._today), created=True)

    async def _save_over(
        self, activity_id: str, sent: Submission, options: SaveOptions, precondition: Precondition
    ) -> Saved | None:
        current = await self._repository.get_for_edit(activity_id)
        if current is None:
            return None
        precondition.check(current["version"])
        return await self._save_locked(current, sent, options)

    def _unchanged(
        self,
        current: Record,
        sent: Submission,
        options: SaveOptions,
        alongside: Alongside | None = None,
    ) -> Saved | None:
        """Return the record as it is when the submission asks for nothing else."""
        self._refuse_changed(sent, current)
        is_closed = current["closed_at"] is not None
        if _changed(current, sent, alongside) or (options.close and not is_closed):
            return None
        self._require(sent, options, closed=is_closed)
        return Saved(present_facts(current, sent.facts, self._today), unchanged=True)

    async def _save_locked(
        self,
        current: Record,
        sent: Submission,
        options: SaveOptions,
        alongside: Alongside | None = None,
    ) -> Saved:
        unchanged = self._unchanged(current, sent, options, alongside)
        if unchanged:
            return unchanged
        _refuse_closed(current)
        if years := years_left(current, sent.content):
            raise refuse(years)
        self._require(sent, options, closed=False)
        record = current
        changed = _changed(current, sent, alongside)
        if changed:
            await self._refuse_taken_key(current, sent.key)
            if alongside is not None and alongside.changes:
                await alongside.store()
            stored = await self._repository.update(
                current["activity_id"], sent.content, "updated", changed
            )
            record = {**current, **sent.content, **stored}
        record = await self._closed(record, options)
        return Saved(present_facts(record, sent.facts, self._today))

    def _require(self, sent: Submission, options: SaveOptions, *, closed: bool) -> None:
        """Refuse a save that would leave the record below the status it asked for."""
        required = options.require_status
        if required is None:
            return
        judgement = judge(sent.facts, closed=closed, today=self._today)
        if judgement.status.reaches(required):
            return
        items = (
            judgement.missing
            if required is Status.ACTIVE
            else missing(sent.facts, required, self._today)
        )
        raise not_ready(
            BELOW_REQUIRED_STATUS,
            f"The record would be {judgement.status}, not {required}.",
            items,
        )

    async def _closed(self, record: Record, options: SaveOptions) -> Record:
        if not options.close:
            return record
        return await close_record(self._repository, record, self._boards, self._today)

    async def _refuse_taken_key(self, current: Record, key: Key) -> None:
        if all(current[name] == value for name, value in key_fields(key).items()):
            return
        if await self._repository.find(key) is not None:
            raise await self._duplicate(key)

    async def _duplicate(self, key: Key) -> ProblemError:
        other = await self._repository.get_by_key(key)
        named = " and ".join(f"{name} {value}" for name, value in key_fields(key).items())
        return ProblemError(
            DUPLICATE_KEY,
            f"Another record has {named}. Nothing was saved.",
            related=[reference(other)] if other else [],
        )


@contextmanager
def _closed_first(current: Record) -> Iterator[None]:
    """Refuse what is wrong with a change as any other change, where the record is closed."""
    try:
        yield
    except ProblemError as refusal:
        if refusal.violations:
            _refuse_closed(current)
        raise


def _refuse_closed(current: Record) -> None:
    if current["closed_at"] is not None:
        raise ProblemError(
            CLOSED,
            f"The activity was closed at {current['closed_at']}. Nothing was saved.",
            related=[reference(current)],
        )


def _changed(current: Record, sent: Submission, alongside: Alongside | None) -> list[Change]:
    return changes(current, sent.content) + (alongside.changes if alongside else [])
