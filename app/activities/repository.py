"""Reading and writing whole activities of one provider.

A repository exists only for a principal's access, and every statement carries the
provider; row-level security holds the same line a second time.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from app.activities import statements
from app.activities.facts import ActivityFacts, facts_from
from app.activities.warning_rules import own_codes
from app.auth.access import Access
from app.core.json_text import json_text
from app.core.looking import Values

Record = dict[str, Any]


class Key(NamedTuple):
    """What identifies an activity beside its provider."""

    format: str
    start_date: date
    internal_id: str | None


class ActivityRepository:
    """The activities of the provider that `access` was granted for.

    Writing takes the driver of a transaction; reading may also be a look.
    """

    def __init__(self, access: Access, driver: Values) -> None:
        self._access = access
        self.provider_id = access.provider_id
        self._driver = driver

    async def get(self, activity_id: str) -> Record | None:
        """Return the record as it is stored, or None."""
        return await self._fetch(statements.READ, activity_id)

    async def get_by_key(self, key: Key) -> Record | None:
        """Return the record under this key, or None."""
        return await self._fetch(statements.READ_BY_KEY, *key)

    async def find(self, key: Key) -> str | None:
        """Return the id of the record under this key, or None."""
        found: str | None = await self._driver.fetchval(
            statements.FIND_BY_KEY, self.provider_id, *key
        )
        return found

    async def get_for_edit(self, activity_id: str) -> Record | None:
        """Lock the record against other writers, then read it as it is now."""
        return await self._locked(statements.LOCK_FOR_EDIT, activity_id)

    async def get_for_deed(self, activity_id: str) -> Record | None:
        """Lock the record also against new learner completions, then read it."""
        return await self._locked(statements.LOCK_FOR_DEED, activity_id)

    async def insert(self, content: Record, action: str) -> Record | None:
        """Store a new record; return its identity and times, or None if its key is taken."""
        return await self._fetch(
            statements.INSERT,
            json_text(row_of(content)),
            action,
            *self._access.actor,
            json_text(content),
        )

    async def update(
        self, activity_id: str, content: Record, action: str, changes: list[Record]
    ) -> Record:
        """Replace the content of a locked record; return its new version and times."""
        row = json_text(row_of(content))
        return await self._write(
            statements.UPDATE, row, action, *self._access.actor, json_text(changes), activity_id
        )

    async def close(self, activity_id: str) -> Record:
        """Mark a locked record as closed now."""
        return await self._write(statements.CLOSE, activity_id, "closed", *self._access.actor, "[]")

    async def reopen(self, activity_id: str, reason: str) -> Record:
        """Take the closing of a locked record back, and keep the reason in its history."""
        return await self._write(
            statements.REOPEN, activity_id, "reopened", *self._access.actor, "[]", reason
        )

    async def has_completions(self, activity_id: str) -> bool:
        """Tell whether learners' completions were reported for this activity."""
        return bool(
            await self._driver.fetchval(statements.HAS_COMPLETIONS, self.provider_id, activity_id)
        )

    async def delete(self, record: Record) -> None:
        """Delete a locked record and keep its tombstone."""
        activity_id = record["activity_id"]
        await self._write(
            statements.DELETE, activity_id, "deleted", *self._access.actor, "[]", json_text(record)
        )

    async def _fetch(self, statement: str, *arguments: object) -> Record | None:
        found: Record | None = await self._driver.fetchval(statement, self.provider_id, *arguments)
        return found

    async def _write(self, statement: str, *arguments: object) -> Record:
        """Write to a record that is locked, and therefore there."""
        written: Record = await self._driver.fetchval(statement, self.provider_id, *arguments)
        return written

    async def _locked(self, lock: str, activity_id: str) -> Record | None:
        # The lock may have waited for another writer: only a statement that starts
        # afterwards sees that writer's sources and boards together with its record.
        if await self._driver.fetchval(lock, self.provider_id, activity_id) is None:
            return None
        return await self.get(activity_id)


def row_of(content: Mapping[str, Any], facts: ActivityFacts | None = None) -> Record:
    """Flatten a record's content to the columns of its tables, and add what lists look for.

    `facts` are those of the content, where they are known already.
    """
    support, learners, moc = content["commercial_support"], content["learners"], content["moc"]
    attestation = moc["attestation"] or {}
    return {
        **content,
        "support_received": support["received"],
        "physicians": learners["physicians"],
        "others": learners["others"],
        "moc_registered": moc["registered"],
        "attested_by": attestation.get("attested_by"),
        "attested_on": attestation.get("attested_on"),
        "sources": _positioned(support["sources"]),
        "boards": _positioned(moc["boards"]),
        # No warning asks what the boards ask.
        "warning_codes": own_codes(facts or facts_from(content, {})),
    }


def _positioned(children: list[Record]) -> list[Record]:
    return [{**child, "position": position} for position, child in enumerate(children)]
