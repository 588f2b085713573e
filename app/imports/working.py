"""Carrying out one import: from the ticket in the queue to the end of the job."""

import asyncio

from app.auth.access import Access
from app.auth.principal import Principal
from app.core.clock import Clock
from app.core.database import Database, Transaction
from app.imports.activity_saving import ActivitySaving
from app.imports.completion_saving import CompletionSaving
from app.imports.jobs import ImportJobs
from app.imports.models import Import
from app.imports.queueing import Ticket
from app.imports.runner import Runner
from app.reference.board_catalogue import BoardCatalogue


async def work_off(
    database: Database, clock: Clock, ticket: Ticket, stop: asyncio.Event | None = None
) -> None:
    """Take the job and carry it out; do nothing when it has come to its end already.

    Raises GivenBackError when `stop` is set before the end is reached.
    """

    async def take(transaction: Transaction) -> Import | None:
        jobs = ImportJobs(transaction, ticket.provider_id)
        if await jobs.take(ticket.import_id) is None:
            return None
        return await jobs.get(ticket.import_id)

    job = await database.run(ticket.provider_id, take)
    if job is None:
        return
    access = _access(database, job)
    boards = await BoardCatalogue(database).boards()
    today = job.sandbox_date or clock.today()
    saving = (
        ActivitySaving(access, boards, today)
        if job.kind == "activities"
        else CompletionSaving(access, boards, today, dry_run=job.dry_run)
    )
    await Runner(access, job, saving, boards, stop or asyncio.Event()).run()


def _access(database: Database, job: Import) -> Access:
    """Return the access of whoever sent the file; the history names the import."""
    principal = Principal(
        credential_id=job.credential_id,
        kind=job.actor_kind,
        mode=job.mode,
        providers=frozenset({job.provider_id}),
        scopes=frozenset(job.scopes),
    )
    return Access(principal, job.provider_id, job.import_id, database)
