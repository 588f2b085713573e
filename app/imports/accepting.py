"""Accepting a file: kept durably first, then in the queue, and only then answered."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from fastapi import Response

from app.auth.access import Access
from app.core.database import Transaction
from app.core.errors import ProblemError
from app.core.idempotency import OnceFor, is_repeated
from app.imports.file_storage import Received, keep_file
from app.imports.jobs import ImportJobs, new_import_id
from app.imports.models import Import
from app.imports.problems import DELETED_MEANWHILE
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
# Where nobody knows whether it came into the queue, it stays if it did.
_DISCARD: Final = """
DELETE FROM imports WHERE provider_id = $1 AND import_id = $2 AND state = 'receiving'
"""


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
    async with _arrived(access, asked, sent, import_id or new_import_id()) as file:
        return await access.run(file.queue)


async def accept_once(
    access: Access,
    asked: Asked,
    sent: AsyncIterator[bytes],
    once: OnceFor,
    answer: Callable[[Accepted], Response],
) -> Response:
    """Accept a file as `accept` does, and answer; a repetition of the call gets that answer again.

    What the call is known by is the digest of its file, so that the file has to arrive first.
    """
    async with _arrived(access, asked, sent, new_import_id()) as file:

        async def queue(transaction: Transaction) -> Response:
            return answer(await file.queue(transaction))

        async def work(transaction: Transaction) -> Response:
            response = await once(file.received.digest)(queue)(transaction)
            if is_repeated(response):
                await file.discard(transaction)
            return response

        return await access.run(work)


@dataclass(frozen=True, slots=True)
class _Arrived:
    """A file that is kept, and not yet in the queue."""

    access: Access
    asked: Asked
    import_id: str
    received: Received

    async def queue(self, transaction: Transaction) -> Accepted:
        """Put the file into the queue, unless the same one was accepted before."""
        driver, provider_id = transaction.driver, self.access.provider_id
        jobs, digest = ImportJobs(transaction, provider_id), self.received.digest
        await driver.execute(_ONE_AT_A_TIME, f"import {provider_id} {digest.hex()}")
        same = None
        if not self.asked.force:
            same = await driver.fetchval(_SAME, provider_id, self.import_id, digest)
        if same is not None:
            await self.discard(transaction)
        else:
            size = self.received.size
            await driver.execute(_ACCEPT, provider_id, self.import_id, size, digest)
            await enqueue(transaction, Ticket(provider_id, self.import_id))
        job = await jobs.get(same or self.import_id)
        if job is None:
            raise ProblemError(DELETED_MEANWHILE, DELETED_MEANWHILE.remedy)
        return Accepted(job, known=same is not None)

    async def discard(self, transaction: Transaction) -> None:
        """Leave nothing of the file."""
        await _discard(transaction, self.access, self.import_id)


@asynccontextmanager
async def _arrived(
    access: Access, asked: Asked, sent: AsyncIterator[bytes], import_id: str
) -> AsyncIterator[_Arrived]:
    """Keep a file as it arrives; where it is not accepted in the end, nothing of it is left."""
    wanted: dict[str, Any] = {
        "kind": asked.kind,
        "format": asked.format,
        "dry_run": asked.dry_run,
        "file_name": asked.file_name,
        "sandbox_date": asked.sandbox_date,
    }

    async def receive(transaction: Transaction) -> None:
        await ImportJobs(transaction, access.provider_id).receive(access, import_id, wanted)

    await access.run(receive)
    try:
        yield _Arrived(access, asked, import_id, await keep_file(access, import_id, sent))
    except BaseException:
        await access.run(lambda transaction: _discard(transaction, access, import_id))
        raise


async def _discard(transaction: Transaction, access: Access, import_id: str) -> None:
    await transaction.driver.execute(_DISCARD, access.provider_id, import_id)
