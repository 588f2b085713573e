"""Reading the audit trail of an activity, also when the activity is deleted."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import asyncpg

from app.activities.history import Change, changes
from app.auth.access import Access
from app.core.database import Transaction
from app.core.instant import instant

_OF_ACTIVITY: Final = """
SELECT version, at, action, actor_kind, credential_id, request_id, reason, changes, content
FROM activity_history
WHERE provider_id = $1 AND activity_id = $2
"""
_PAGE: Final = f"{_OF_ACTIVITY} AND version > $3 ORDER BY version LIMIT $4"
_UP_TO: Final = f"{_OF_ACTIVITY} AND version <= $3 ORDER BY version"


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One change of one activity."""

    version: int
    at: datetime
    action: str
    actor_kind: str
    credential_id: str
    request_id: str
    reason: str | None
    changes: list[Change]

    def as_document(self) -> dict[str, Any]:
        """Return the entry as clients read it."""
        return {
            "version": self.version,
            "at": instant(self.at),
            "action": self.action,
            "actor": {"kind": self.actor_kind, "credential_id": self.credential_id},
            "request_id": self.request_id,
            "reason": self.reason,
            "changes": self.changes,
        }


class HistoryRepository:
    """The audit trail of the provider that `access` was granted for. It can only be read."""

    def __init__(self, access: Access, transaction: Transaction) -> None:
        self._provider = access.provider_id
        self._driver = transaction.driver

    async def page(self, activity_id: str, after: int, limit: int) -> list[HistoryEntry]:
        """Return the entries after a version, the oldest first."""
        rows = await self._driver.fetch(_PAGE, self._provider, activity_id, after, limit)
        return [_entry(row) for row in rows]

    async def up_to(self, activity_id: str, version: int) -> list[HistoryEntry]:
        """Return all entries up to and with a version, the oldest first."""
        rows = await self._driver.fetch(_UP_TO, self._provider, activity_id, version)
        return [_entry(row) for row in rows]


def _entry(row: asyncpg.Record) -> HistoryEntry:
    kept = dict(row)
    content = kept.pop("content")
    if content is not None:
        kept["changes"] = changes(None, content)
    return HistoryEntry(**kept)
