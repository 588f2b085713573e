"""The worker: takes imports from the queue, one at a time, for as long as it runs.

pgqueuer keeps the lease: a heartbeat tells that the worker lives, and a job whose
heartbeat is older than the lease goes to whoever asks next.
"""

import asyncio
import gc
import sys
from contextlib import suppress
from datetime import timedelta
from typing import Final

import asyncpg
import structlog
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.core.qm import QueueManager
from pgqueuer.domain.errors import RetryRequested
from pgqueuer.domain.models import Job
from sqlalchemy.engine import make_url

from app.core.clock import Clock
from app.core.connections import watch
from app.core.database import CONNECTION_ERRORS, SESSION_SETTINGS, Database
from app.core.errors import ProblemError
from app.imports.chunk_commit import GivenBackError
from app.imports.forgetting import keep_forgetting
from app.imports.held_jobs import HeldJobs
from app.imports.queueing import ENTRYPOINT, WORKER_NAME, ticket_of
from app.imports.working import work_off

# Work is announced as it comes; this is how often a worker asks in any case.
_SECONDS_BETWEEN_LOOKS: Final = 5.0
_SECONDS_BEFORE_CONNECTING: Final = 0.5
# PostgreSQL breaks off what takes half as long. Beyond that nothing is on the other side.
_SECONDS_OF_A_STATEMENT: Final = 10.0
_SECONDS_TO_CLOSE: Final = 2.0
_BEFORE_ANOTHER_TRIES: Final = timedelta(seconds=1)
_OBJECTS_BETWEEN_COLLECTIONS: Final = 50_000
_SECONDS_BETWEEN_THREADS: Final = 0.0005

_log = structlog.get_logger("imports")


async def work(url: str, clock: Clock, stop: asyncio.Event, lease: float) -> None:
    """Carry out imports until `stop` is set; then give back the one that is under way.

    Beside that it forgets those whose time is over.
    A job whose worker gave no sign of life for `lease` seconds goes to another one.
    """
    # Rows make very many small objects that no cycle holds: looking for cycles among them
    # at every few hundred would cost a fourth of the time.
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS, 20, 50)
    # What the database answers is not to wait long behind the rows that are judged meanwhile.
    sys.setswitchinterval(_SECONDS_BETWEEN_THREADS)
    database = Database(url, pool_size=3)
    forgetting = asyncio.create_task(keep_forgetting(database, stop))
    try:
        while not stop.is_set():
            try:
                await _take_imports(url, database, clock, stop, lease)
            except CONNECTION_ERRORS as error:
                # The database was started anew, say. Whoever waits for work waits for it too.
                _log.warning("queue_lost", kind=type(error).__name__)
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), _SECONDS_BEFORE_CONNECTING)
    finally:
        forgetting.cancel()
        await asyncio.wait([forgetting])
        await database.close()


async def _take_imports(
    url: str, database: Database, clock: Clock, stop: asyncio.Event, lease: float
) -> None:
    """Work on one connection to the queue, for as long as it lasts."""
    connection = await queue_connection(url)
    try:
        manager = QueueManager(HeldJobs(AsyncpgDriver(connection)))

        @manager.entrypoint(ENTRYPOINT, accepts_context=False)
        async def carry_out(job: Job) -> None:
            try:
                await work_off(database, clock, ticket_of(job.payload), stop)
            except (GivenBackError, ProblemError) as error:
                # Nothing is wrong with the job: it goes on as soon as somebody can.
                raise RetryRequested(_BEFORE_ANOTHER_TRIES) from error

        stopping = asyncio.create_task(_stop_with(stop, manager))
        try:
            await manager.run(
                dequeue_timeout=timedelta(seconds=_SECONDS_BETWEEN_LOOKS),
                batch_size=1,
                max_concurrent_tasks=2,
                heartbeat_timeout=timedelta(seconds=lease),
            )
        finally:
            stopping.cancel()
    finally:
        await connection.close(timeout=_SECONDS_TO_CLOSE)


async def _stop_with(stop: asyncio.Event, manager: QueueManager) -> None:
    await stop.wait()
    manager.shutdown.set()


async def queue_connection(url: str) -> "asyncpg.Connection[asyncpg.Record]":
    """Open the connection on which the queue announces work, under the application's role."""
    address = make_url(url)
    _, arguments = address.get_dialect()().create_connect_args(address)
    connection: asyncpg.Connection[asyncpg.Record] = await asyncpg.connect(
        **arguments,
        server_settings={**SESSION_SETTINGS, "application_name": WORKER_NAME},
        timeout=10,
        command_timeout=_SECONDS_OF_A_STATEMENT,
    )
    watch(connection)
    return connection
