"""The activities of one call that writes many: read together, judged in memory, written together.

The services of single records work on it as they do on the database, so that a rule stands
in one place only. What they write is staged here, and `flush` stores it in a few
statements, however many the records are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

import orjson

from app.activities import bulk_statements
from app.activities.bulk_statements import ACTIVITIES, BOARDS, HISTORY, SOURCES
from app.activities.repository import ActivityRepository, Key, Record, row_of
from app.auth.access import Access
from app.core.connections import Driver
from app.core.database import Transaction
from app.core.json_text import json_text


class OvertakenError(Exception):
    """Another call was faster with one of the records. Nothing of the flush may stay."""


@dataclass(slots=True)
class _Staged:
    """What is to be written. Each record is written as it stands in the end."""

    inserted: dict[str, Record] = field(default_factory=dict)
    updated: dict[str, Record] = field(default_factory=dict)
    deleted: dict[str, Record] = field(default_factory=dict)
    history: list[Record] = field(default_factory=list)


class StagedActivities(ActivityRepository):
    """A repository that holds the records of one call in memory until it is flushed."""

    def __init__(self, access: Access, transaction: Transaction) -> None:
        super().__init__(access, transaction.driver)
        self._driver: Driver = transaction.driver
        self._records: dict[str, Record] = {}
        self._read_at: dict[str, int] = {}
        self._asked: frozenset[Key] = frozenset()
        self._by_key: dict[Key, str] = {}
        self._completed: frozenset[str] = frozenset()
        self._staged = _Staged()
        self._absent = 0
        self._numbers: list[str] = []
        self._now = self._now_shown = ""

    async def load(
        self, keys: Sequence[Key], ids: Sequence[str], *, for_deeds: bool = False
    ) -> None:
        """Read the records under these keys and ids, as far as they are there.

        With `for_deeds` they are locked first, also against new learner completions.
        """
        named = self._named(keys, ids)
        ((self._now, self._now_shown),) = await self._driver.fetch(bulk_statements.NOW)
        if for_deeds:
            await self.lock(keys, ids)
        for row in await self._driver.fetch(bulk_statements.READ_MANY, *named):
            self._enter(orjson.loads(row[0]))
        if for_deeds and self._records:
            found = await self._driver.fetch(
                bulk_statements.WITH_COMPLETIONS, self.provider_id, list(self._records)
            )
            self._completed = frozenset(row[0] for row in found)
        self._read_at = {name: record["version"] for name, record in self._records.items()}
        self._asked = frozenset(keys)
        self._absent = sum(key not in self._by_key for key in keys)

    @property
    def none_there(self) -> bool:
        """Say whether no record was there that was asked for, nor one staged since."""
        return not self._records

    async def lock(self, keys: Sequence[Key], ids: Sequence[str]) -> None:
        """Lock the records under these keys and ids, also against new completions."""
        await self._driver.execute(bulk_statements.LOCK_MANY, *self._named(keys, ids))

    async def get(self, activity_id: str) -> Record | None:
        """Return the record as it stands, with what is staged."""
        return self._records.get(activity_id)

    async def get_by_key(self, key: Key) -> Record | None:
        """Return the record under this key, or None."""
        found = self._by_key.get(key)
        return None if found is None else self._records[found]

    async def find(self, key: Key) -> str | None:
        """Return the id of the record under this key, or None."""
        if key in self._asked or key in self._by_key:
            return self._by_key.get(key)
        # A key that was not asked for may be taken by a record that is not in this call.
        # One of this call that is stored under it goes, or has another key by now.
        stored = await super().find(key)
        return None if stored in self._read_at else stored

    async def get_for_edit(self, activity_id: str) -> Record | None:
        """Return the record; whether it was changed since is noticed when it is written."""
        return self._records.get(activity_id)

    async def get_for_deed(self, activity_id: str) -> Record | None:
        """Return the record, which was locked when it was loaded."""
        return self._records.get(activity_id)

    async def has_completions(self, activity_id: str) -> bool:
        """Tell whether learners' completions were reported for this activity."""
        return activity_id in self._completed

    async def insert(self, content: Record, action: str) -> Record | None:
        """Stage a new record."""
        activity_id = await self._number()
        stored = {
            "activity_id": activity_id,
            "version": 1,
            "created_at": self._now_shown,
            "updated_at": self._now_shown,
            "closed_at": None,
        }
        self._enter({"provider_id": self.provider_id, **content, **stored})
        self._staged.inserted[activity_id] = self._records[activity_id]
        self._tell(activity_id, 1, action, [], content)
        return stored

    async def update(
        self, activity_id: str, content: Record, action: str, changes: list[Record]
    ) -> Record:
        """Stage new content of a record."""
        return self._change(activity_id, content, action, changes)

    async def close(self, activity_id: str) -> Record:
        """Stage that a record is closed."""
        return self._change(activity_id, {"closed_at": self._now_shown}, "closed", [])

    async def delete(self, record: Record) -> None:
        """Stage that a record goes."""
        activity_id = record["activity_id"]
        del self._by_key[key_of(record)], self._records[activity_id]
        self._staged.deleted[activity_id] = record
        self._tell(activity_id, record["version"] + 1, "deleted", [])

    async def flush(self) -> None:
        """Write what is staged; raise OvertakenError where another call was faster."""
        staged, self._staged = self._staged, _Staged()
        if staged.deleted:
            await self._write_all(
                len(staged.deleted),
                bulk_statements.DELETE_MANY,
                list(staged.deleted),
                [json_text(record) for record in staged.deleted.values()],
            )
        updated = self._rows(staged.updated.values())
        inserted = self._rows(staged.inserted.values())
        if updated:
            ids = list(staged.updated)
            read_at = [self._read_at[activity_id] for activity_id in ids]
            rows = ACTIVITIES.arguments(updated)
            await self._write_all(len(ids), bulk_statements.UPDATE_MANY, *rows, ids, read_at)
            await self._driver.execute(bulk_statements.EMPTY_PARTS, self.provider_id, ids)
        if staged.history:
            written = updated + inserted
            await self._write_all(
                len(inserted),
                bulk_statements.ADD_MANY,
                *ACTIVITIES.arguments(inserted),
                *SOURCES.arguments([source for row in written for source in row["sources"]]),
                *BOARDS.arguments([board for row in written for board in row["boards"]]),
                *HISTORY.arguments(staged.history),
                *self._access.actor,
            )

    def _named(self, keys: Sequence[Key], ids: Sequence[str]) -> tuple[object, ...]:
        return (
            self.provider_id,
            [key.format for key in keys],
            [key.start_date for key in keys],
            [key.internal_id for key in keys],
            list(ids),
        )

    async def _number(self) -> str:
        """Return the id of a new record; those of all that are absent are drawn together."""
        if not self._numbers:
            drawn = await self._driver.fetch(bulk_statements.NEW_NUMBERS, max(self._absent, 1))
            self._numbers = [row[0] for row in reversed(drawn)]
        self._absent -= 1
        return self._numbers.pop()

    def _enter(self, record: Record) -> None:
        self._records[record["activity_id"]] = record
        self._by_key[key_of(record)] = record["activity_id"]

    def _change(
        self, activity_id: str, changed: Record, action: str, changes: list[Record]
    ) -> Record:
        before = self._records[activity_id]
        stored = {
            "version": before["version"] + 1,
            "updated_at": self._now_shown,
            "closed_at": changed.get("closed_at", before["closed_at"]),
        }
        del self._by_key[key_of(before)]
        self._enter({**before, **changed, **stored})
        staged = self._staged
        kept = staged.inserted if activity_id in staged.inserted else staged.updated
        kept[activity_id] = self._records[activity_id]
        self._tell(activity_id, stored["version"], action, changes)
        return stored

    def _tell(
        self,
        activity_id: str,
        version: int,
        action: str,
        changes: list[Record],
        content: Record | None = None,
    ) -> None:
        self._staged.history.append(
            {
                "activity_id": activity_id,
                "version": version,
                "action": action,
                "changes": changes,
                "content": content,
            }
        )

    def _rows(self, records: Iterable[Record]) -> list[Record]:
        """Return the rows of the activities, each with those of its parts."""
        rows = [row_of(record) for record in records]
        for row in rows:
            # A record that is closed stays as it is, so what is closed here is closed now.
            row["closed_at"] = self._now if row["closed_at"] else None
            for part in (*row["sources"], *row["boards"]):
                part["activity_id"] = row["activity_id"]
        return rows

    async def _write_all(self, count: int, statement: str, *arguments: object) -> None:
        if await self._driver.fetchval(statement, self.provider_id, *arguments) != count:
            raise OvertakenError


def key_of(record: Record) -> Key:
    """Return what identifies a stored record."""
    start_date = date.fromisoformat(record["start_date"])
    return Key(record["format"], start_date, record["internal_id"])
