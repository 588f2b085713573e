"""The imports of a provider: their rows in the database, as jobs that go from state to state."""

import os
import time
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import insert, select

from app.auth.access import Access
from app.core.database import Transaction
from app.core.json_text import json_text
from app.imports.models import Import
from app.imports.outcomes import Run
from app.imports.readers.rows import Kind

_TAKE: Final = """
UPDATE imports SET state = 'running', attempt = attempt + 1,
    started_at = coalesce(started_at, now())
WHERE provider_id = $1 AND import_id = $2 AND state IN ('queued', 'running')
RETURNING attempt
"""
_HOLD: Final = """
SELECT attempt, cancel_requested FROM imports
WHERE provider_id = $1 AND import_id = $2 AND state = 'running' FOR UPDATE
"""
_COUNTED: Final = """
UPDATE imports SET total = $3, layout = $4::jsonb WHERE provider_id = $1 AND import_id = $2
"""
_ADVANCE: Final = """
UPDATE imports SET position = $3, counts = $4::jsonb,
    causes = CASE WHEN $5::text IS NULL THEN causes ELSE $5::jsonb END
WHERE provider_id = $1 AND import_id = $2
"""
_FINISH: Final = """
UPDATE imports SET state = $3, failure = $4::jsonb, finished_at = now()
WHERE provider_id = $1 AND import_id = $2
"""
_FORGET_FILE: Final = "DELETE FROM import_pieces WHERE provider_id = $1 AND import_id = $2"
_CANCEL: Final = """
UPDATE imports SET cancel_requested = true WHERE provider_id = $1 AND import_id = $2
    AND state IN ('queued', 'running')
RETURNING state
"""
_APPLIED: Final = """
INSERT INTO import_applied
    (provider_id, import_id, last_row, rows, lengths, outcomes, record_ids)
VALUES ($1, $2, $3, string_to_array($4, ',')::int[], string_to_array($5, ',')::int[],
    string_to_array($6, ','), string_to_array($7, ',', ''))
"""
_REJECTED: Final = """
INSERT INTO import_rejected (provider_id, import_id, row, label, problems, sent)
SELECT $1, $2, "row", label, problems, sent
FROM jsonb_to_recordset($3::jsonb) AS entry("row" int, label text, problems jsonb, sent text)
"""


class Hold(NamedTuple):
    """What a worker learns when it holds its job for the save of one chunk."""

    attempt: int
    cancel_requested: bool


class ImportJobs:
    """The imports of the provider that a transaction is about."""

    def __init__(self, transaction: Transaction, provider_id: str) -> None:
        self._transaction = transaction
        self._driver = transaction.driver
        self._provider = provider_id

    async def receive(self, access: Access, import_id: str, asked: dict[str, Any]) -> None:
        """Enter an import whose file is about to arrive."""
        principal = access.principal
        values = {
            "provider_id": self._provider,
            "import_id": import_id,
            "state": "receiving",
            "actor_kind": principal.kind,
            "mode": principal.mode,
            "credential_id": principal.credential_id,
            "scopes": sorted(principal.scopes),
            **asked,
        }
        await self._transaction.session.execute(insert(Import).values(values))

    async def get(self, import_id: str) -> Import | None:
        """Return an import whose file has arrived, or None."""
        found = await self._transaction.session.get(Import, (self._provider, import_id))
        return None if found is None or found.state == "receiving" else found

    async def latest(self, before: str | None, limit: int) -> Sequence[Import]:
        """Return imports from the newest on, those before this id."""
        query = select(Import).where(
            Import.provider_id == self._provider, Import.state != "receiving"
        )
        if before is not None:
            query = query.where(Import.import_id < before)
        query = query.order_by(Import.import_id.desc()).limit(limit)
        return (await self._transaction.session.scalars(query)).all()

    async def take(self, import_id: str) -> int | None:
        """Take the job; return which attempt this is, or None when it has come to its end."""
        attempt: int | None = await self._driver.fetchval(_TAKE, self._provider, import_id)
        return attempt

    async def hold(self, import_id: str) -> Hold | None:
        """Lock the running job for the save of a chunk."""
        found = await self._driver.fetchrow(_HOLD, self._provider, import_id)
        return None if found is None else Hold(*found)

    async def counted(self, import_id: str, total: int, layout: dict[str, Any]) -> None:
        """Note how many rows there are."""
        await self._driver.execute(_COUNTED, self._provider, import_id, total, json_text(layout))

    async def advance(
        self, import_id: str, position: int, counts: dict[str, int], causes: list[Any] | None
    ) -> None:
        """Note how far the job has come; part of the transaction of the effects."""
        await self._driver.execute(
            _ADVANCE,
            self._provider,
            import_id,
            position,
            json_text(counts),
            None if causes is None else json_text(causes),
        )

    async def keep_applied(self, import_id: str, last_row: int, applied: Sequence[Run]) -> None:
        """Keep what became of the rows of a chunk, which ends with this one, that were taken in."""
        if applied:
            # As text, which is much quicker to send than thousands of elements.
            lists = (
                map(str, (run.row for run in applied)),
                map(str, (run.length for run in applied)),
                (run.outcome for run in applied),
                (run.record_id or "" for run in applied),
            )
            await self._driver.execute(
                _APPLIED, self._provider, import_id, last_row, *map(",".join, lists)
            )

    async def keep_rejected(self, import_id: str, rejected: list[dict[str, Any]]) -> None:
        """Keep the rejected rows of a chunk, with every reason."""
        if rejected:
            await self._driver.execute(_REJECTED, self._provider, import_id, json_text(rejected))

    async def finish(self, import_id: str, state: str, failure: dict[str, Any] | None) -> None:
        """End the job. The file is not needed any more."""
        told = None if failure is None else json_text(failure)
        await self._driver.execute(_FINISH, self._provider, import_id, state, told)
        await self._driver.execute(_FORGET_FILE, self._provider, import_id)

    async def cancel(self, import_id: str) -> None:
        """Ask a running job to stop at the edge of its chunk; end one that did not begin."""
        if await self._driver.fetchval(_CANCEL, self._provider, import_id) == "queued":
            await self.finish(import_id, "cancelled", None)


def new_import_id() -> str:
    """Return an id that sorts by time."""
    return f"imp_{time.time_ns() // 1_000_000:012x}{os.urandom(6).hex()}"


def kind_scope(kind: Kind) -> str:
    """Return the scope that writing records of this kind needs."""
    return f"{kind}:write"
