"""The completions of one activity that a call is about: read, judged in memory, written.

What is written is staged, and `flush` stores it in a few statements, whether it is one
completion or many. Callers hold the activity.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

import orjson

from app.activities.bulk_statements import NOW
from app.activities.staged_repository import OvertakenError
from app.auth.access import Access
from app.core.database import Transaction
from app.core.json_text import json_text
from app.learners import completion_statements as statements
from app.learners.completion_submission import BoardDay, Record


@dataclass(slots=True)
class _Staged:
    """What is to be written."""

    inserted: list[Record] = field(default_factory=list)
    corrected: list[Record] = field(default_factory=list)
    removed: list[Record] = field(default_factory=list)
    days: list[Record] = field(default_factory=list)


class CompletionBook:
    """Completions of one activity, held in memory until they are flushed."""

    def __init__(self, access: Access, transaction: Transaction, activity_id: str) -> None:
        self._access = access
        self._provider = access.provider_id
        self._activity = activity_id
        self._driver = transaction.driver
        self._records: dict[str, Record] = {}
        self._by_credit_id: dict[str, str] = {}
        self._days: dict[BoardDay, str] = {}
        self._staged = _Staged()
        self._numbers: list[str] = []
        self._absent = 0
        self._now = ""

    async def hold_activity(self) -> bool:
        """Hold the activity as it is; return whether it is there."""
        held = await self._driver.fetchval(statements.HOLD_ACTIVITY, self._provider, self._activity)
        return held is not None

    async def load(
        self, ids: Collection[str], credit_ids: Collection[str], *, lock: bool = False
    ) -> None:
        """Read the completions with these ids, as far as they are there."""
        self._now = self._now or await self._driver.fetchval(NOW, column=1)
        named = (
            self._provider,
            [one for one in ids if one not in self._records],
            [one for one in credit_ids if one not in self._by_credit_id],
        )
        if lock:
            await self._driver.execute(statements.LOCK, *named)
        if any(named[1:]):
            for row in await self._driver.fetch(statements.READ, *named):
                self._enter(orjson.loads(row[0]))
        self._absent = sum(one not in self._by_credit_id for one in credit_ids)

    async def load_days(self, days: Collection[BoardDay]) -> None:
        """Read which of these days are taken already."""
        if not days:
            return
        wanted = list(days)
        for row in await self._driver.fetch(
            statements.DAYS_TAKEN,
            self._provider,
            self._activity,
            [day.board for day in wanted],
            [day.board_learner_id for day in wanted],
            [day.completed_on for day in wanted],
        ):
            *day, completion_id = row
            self._days.setdefault(BoardDay(*day), completion_id)

    def get(self, completion_id: str) -> Record | None:
        """Return a completion of this activity, or None."""
        found = self._records.get(completion_id)
        return found if found is not None and found["activity_id"] == self._activity else None

    def under(self, credit_id: str | None) -> Record | None:
        """Return the provider's completion with this credit id, of whichever activity."""
        if credit_id is None or credit_id not in self._by_credit_id:
            return None
        return self._records[self._by_credit_id[credit_id]]

    def on(self, day: BoardDay) -> str | None:
        """Return which completion has taken a day."""
        return self._days.get(day)

    async def insert(self, content: Record, days: Collection[BoardDay]) -> Record:
        """Stage a new completion; return it as it will stand."""
        record = {
            "completion_id": await self._number(),
            "activity_id": self._activity,
            "provider_id": self._provider,
            **content,
            "version": 1,
            "created_at": self._now,
            "updated_at": self._now,
        }
        self._enter(record)
        self._staged.inserted.append(record)
        self._take(record["completion_id"], days)
        return record

    def correct(self, before: Record, content: Record, days: Collection[BoardDay]) -> Record:
        """Stage new content of a completion; return it as it will stand."""
        version = before["version"]
        record = {**before, **content, "version": version + 1, "updated_at": self._now}
        self._forget(before)
        self._enter(record)
        self._staged.corrected.append({**record, "version": version})
        self._take(record["completion_id"], days)
        return record

    def remove(self, before: Record) -> None:
        """Stage that a completion goes."""
        self._forget(before)
        del self._records[before["completion_id"]]
        self._staged.removed.append(before)

    async def flush(self) -> None:
        """Write what is staged; raise OvertakenError where another call was faster."""
        staged, self._staged = self._staged, _Staged()
        if staged.removed:
            ids = [record["completion_id"] for record in staged.removed]
            versions = [record["version"] for record in staged.removed]
            await self._write(len(ids), statements.REMOVE, ids, versions)
        if staged.corrected:
            ids = [record["completion_id"] for record in staged.corrected]
            await self._driver.execute(statements.FREE_DAYS, self._provider, ids)
            await self._write(len(ids), statements.CORRECT, json_text(staged.corrected))
        if staged.inserted:
            rows = json_text(staged.inserted)
            await self._write(len(staged.inserted), statements.INSERT, rows)
        if staged.days:
            days = json_text(staged.days)
            await self._driver.execute(statements.TAKE_DAYS, self._provider, self._activity, days)

    async def _write(self, count: int, statement: str, *rows: object) -> None:
        written = await self._driver.fetchval(
            statement, self._provider, self._activity, *self._access.actor, *rows
        )
        if written != count:
            raise OvertakenError

    async def _number(self) -> str:
        """Return the id of a new completion; those of all that are absent are drawn together."""
        if not self._numbers:
            drawn = await self._driver.fetch(statements.NUMBERS, max(self._absent, 1))
            self._numbers = [row[0] for row in reversed(drawn)]
        self._absent -= 1
        return self._numbers.pop()

    def _enter(self, record: Record) -> None:
        self._records[record["completion_id"]] = record
        if record["credit_id"] is not None:
            self._by_credit_id[record["credit_id"]] = record["completion_id"]

    def _forget(self, record: Record) -> None:
        """Free what a completion has taken."""
        completion_id = record["completion_id"]
        self._by_credit_id.pop(record["credit_id"], None)
        self._days = {day: taker for day, taker in self._days.items() if taker != completion_id}

    def _take(self, completion_id: str, days: Collection[BoardDay]) -> None:
        for day in days:
            self._days[day] = completion_id
            self._staged.days.append(
                {
                    "board": day.board,
                    "board_learner_id": day.board_learner_id,
                    "completed_on": day.completed_on,
                    "completion_id": completion_id,
                }
            )
