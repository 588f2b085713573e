"""Accepting a file: kept durably first, then in the queue, and only then answered."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from app.auth.access import Access
from app.core.database import Transaction
from app.imports.file_storage import Received, keep_file
from app.imports.jobs import ImportJobs, new_import_id
from app.imports.models import Import
from app.imports.queueing import Ticket, enqueue
from app.imports.readers.rows import FormatName, Kind

# Of two calls that send one file at the same time, the second finds the first one's job.
_ONE_AT_A_TIME: Final = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))"
_SAME: Final = """
SELECT s.import_id FROM imports s JOIN imports n USING (provider_id, kind, format, dry_run)
WHERE n.provider_id = $1 AND n.import_id = $2 AND s.digest = $3
    AND s.sandbox_date IS NOT DISTINCT FROM n.sandbox_date
    AND s.state NOT IN ('receiving', 'failed', 'cancelled')
ORDER BY s.import_id DESC LIMIT 1
"""
_ACCEPT: Final = """
UPDATE imports SET state = 'queued', size = $3, digest = $4
WHERE provider_id = $1 AND import_id = $2
"""
_DISCARD: Final = "DELETE FROM imports WHERE provider_id = $1 AND import_id = $2"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the sender wants to be done with a file."""

    kind: Kind
    format: FormatName
    dry_run: bool = False
    force: bool = False
    file_name: str | None = None
    sandbox_date: date | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The job of a file; `known` says that the same file was accepted before."""

    job: Import
    known: bool


async def accept(
    access: Access, asked: Asked, sent: AsyncIterator[bytes], import_id: str | None = None
) -> Accepted:
    """Keep a file and put it into the queue; the same file again is the same job.

    Raises ProblemError 413 or 422; then nothing of the file is left.
    """
    import_id = import_id or new_import_id()
    wanted: dict[str, Any] = {
        "kind": asked.kind,
        "format": asked.format,
        "dry_run": asked.dry_run,
        "file_name": asked.file_name,
        "sandbox_date": asked.sandbox_date,
    }

    async def receive(transaction: Transaction) -> None:
        await ImportJobs(transaction, access.provider_id).receive(access, import_id, wanted)

    async def discard(transaction: Transaction) -> None:
        await transaction.driver.execute(_DISCARD, access.provider_id, import_id)

    await access.run(receive)
    try:
        received = await keep_file(access, import_id, sent)
        return await access.run(
            lambda transaction: _queued(transaction, access, import_id, received, asked)
        )
    except BaseException:
        await access.run(discard)
        raise


async def _queued(
    transaction: Transaction, access: Access, import_id: str, received: Received, asked: Asked
) -> Accepted:
    driver, provider_id = transaction.driver, access.provider_id
    jobs = ImportJobs(transaction, provider_id)
    await driver.execute(_ONE_AT_A_TIME, f"import {provider_id} {received.digest.hex()}")
    same = None
    if not asked.force:
        same = await driver.fetchval(_SAME, provider_id, import_id, received.digest)
    if same is not None:
        await driver.execute(_DISCARD, provider_id, import_id)
    else:
        await driver.execute(_ACCEPT, provider_id, import_id, received.size, received.digest)
        await enqueue(transaction, Ticket(provider_id, import_id))
    job = await jobs.get(same or import_id)
    if job is None:
        message = "an import that was accepted a moment ago is gone"
        raise RuntimeError(message)
    return Accepted(job, known=same is not None)
