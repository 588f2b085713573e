"""A batch of activities: the writes of single records, many at a time."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.activities.facts import facts_from
from app.activities.repository import ActivityRepository, Key, Record
from app.activities.staged_repository import StagedActivities, key_of
from app.activities.status import status_of
from app.activities.submission import key_fields
from app.auth.access import Access
from app.batch.activity_actions import DEEDS, ActivityActions
from app.batch.activity_names import ActivityName, name_in
from app.batch.entries import Entry
from app.batch.outcomes import Outcome
from app.batch.repetitions import Seen
from app.batch.savepoints import refusing
from app.core.database import Transaction
from app.core.errors import ProblemError
from app.core.giving_way import give_way
from app.reference.boards import Board

NOTHING_TOLD: Final = {"activity_id": None, "status_before": None, "status_after": None}


@dataclass(frozen=True, slots=True)
class ActivityBatch:
    """What the records of a batch are held against: whose they are, the boards, the day."""

    access: Access
    boards: Mapping[str, Board]
    today: date

    async def together(self, transaction: Transaction, entries: Sequence[Entry]) -> list[Outcome]:
        """Carry out all entries in a few statements; raise OvertakenError to give up."""
        names = [name_in(entry.document) for entry in entries]
        staged = StagedActivities(self.access, transaction)
        deeds = any(entry.action in DEEDS for entry in entries)
        await staged.load(*_named(names), for_deeds=deeds)
        outcomes = await self._in_order(staged, zip(entries, names, strict=True), nullcontext)
        await staged.flush()
        return outcomes

    async def alone(self, transaction: Transaction, entries: Sequence[Entry]) -> list[Outcome]:
        """Carry out the entries one by one, each under a savepoint of its own."""
        names = [name_in(entry.document) for entry in entries]
        # All at once and first: locked one by one, two batches could wait each for the other.
        await StagedActivities(self.access, transaction).lock(*_named(names))
        repository = ActivityRepository(self.access, transaction.driver)
        named = zip(entries, names, strict=True)
        return await self._in_order(repository, named, lambda: refusing(transaction))

    async def _in_order(
        self,
        repository: ActivityRepository,
        named: Iterable[tuple[Entry, ActivityName]],
        part: Callable[[], AbstractAsyncContextManager[None]],
    ) -> list[Outcome]:
        actions = ActivityActions(repository, self.boards, self.today)
        seen = Seen()
        outcomes = []
        for entry, name in named:
            before = await _stored(repository, name)
            try:
                async with part():
                    outcome = await self._outcome(actions, entry, name, before, seen)
            except ProblemError as refusal:
                outcome = self._failed(entry, name, before, refusal)
            outcomes.append(outcome)
            await give_way(entry.index)
        return outcomes

    async def _outcome(
        self,
        actions: ActivityActions,
        entry: Entry,
        name: ActivityName,
        before: Record | None,
        seen: Seen,
    ) -> Outcome:
        entry.insist()
        seen.enter(entry.index, (*name, before and before["activity_id"]))
        done = await actions.carry_out(entry.action, entry.document, name, before)
        stands = done.record or before or {}
        told = {
            "activity_id": stands["activity_id"],
            "status_before": self._status(before),
            "status_after": done.record["status"] if done.record else None,
        }
        version = done.record["version"] if done.record else None
        return Outcome(entry.index, entry.action, _key(name, before), done.result, told, version)

    def _failed(
        self, entry: Entry, name: ActivityName, before: Record | None, refusal: ProblemError
    ) -> Outcome:
        status = self._status(before)
        told = {
            "activity_id": before and before["activity_id"],
            "status_before": status,
            "status_after": status,
        }
        key = _key(name, before)
        return Outcome(entry.index, entry.action, key, "failed", told, refusal=refusal)

    def _status(self, record: Record | None) -> str | None:
        if record is None:
            return None
        closed = record["closed_at"] is not None
        return status_of(facts_from(record, self.boards), closed=closed, today=self.today)


def _named(names: Sequence[ActivityName]) -> tuple[list[Key], list[str]]:
    keys = [name.key for name in names if name.key is not None]
    return keys, [name.activity_id for name in names if name.activity_id is not None]


async def _stored(repository: ActivityRepository, name: ActivityName) -> Record | None:
    if name.activity_id is not None:
        return await repository.get(name.activity_id)
    return None if name.key is None else await repository.get_by_key(name.key)


def _key(name: ActivityName, record: Record | None) -> Record | None:
    """Return what the record goes by in the provider's own system."""
    if name.key is not None:
        return key_fields(name.key)
    return None if record is None else key_fields(key_of(record))
