"""Workers as processes: killed at any moment, and nothing is lost or done twice."""

import asyncio
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from app.core.clock import Clock
from app.core.database import Database, Transaction
from app.imports.queueing import WORKER_NAME
from tests.builders import complete_activity
from tests.databases import Superuser, superuser_of
from tests.demo_server import PARS, ROOT, environment
from tests.harness import ReportingProvider
from tests.imports_support import Desk, Document, counted, ndjson, send
from tests.patience import PATIENCE

ROWS = 3000
# One kill of each kind.
KILLS = 2
AT_WORK = {"queued", "running"}


@contextmanager
def worker(data_dir: Path, database_url: str) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        [*PARS, "worker", "--lease", "1"],
        cwd=ROOT,
        env=environment(data_dir, PARS_DATABASE_URL=database_url),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture
def desk(provider: ReportingProvider, database: Database, clock: Clock) -> Desk:
    return Desk(provider, database, clock)


async def in_the_tables(transaction: Transaction) -> tuple[Any, ...]:
    """Count what an import has left behind: records, their history, its own rows."""
    driver = transaction.driver
    return (
        await driver.fetchrow(
            "SELECT count(*), count(DISTINCT internal_id), max(version) FROM activities"
        ),
        await driver.fetchval("SELECT count(*) FROM activity_history"),
        await driver.fetchrow(
            "SELECT (SELECT sum(length) FROM import_applied, unnest(lengths) AS length),"
            " (SELECT count(*) FROM import_rejected), (SELECT count(*) FROM import_pieces)"
        ),
    )


class Kills:
    """What ends workers in the middle of an import, so many times."""

    def __init__(self) -> None:
        self.done = 0
        self._seen: tuple[str, int] | None = None

    def strikes(self, process: subprocess.Popen[bytes], job: Document) -> bool:
        """End the worker if it has come further with the import than the one before."""
        left = job["counts"]["unprocessed"]
        here = job["import_id"], left
        if self.done == KILLS or left in {None, ROWS} or here == self._seen:
            return False
        self.done, self._seen = self.done + 1, here
        # Killed it is missed after its lease; told to stop, it gives its work back.
        told = self.done % 2 == 0
        process.send_signal(signal.SIGTERM if told else signal.SIGKILL)
        assert not told or process.wait(PATIENCE) == 0
        return True


async def test_a_killed_workers_import_is_taken_up_and_every_row_is_there_once(
    desk: Desk, database: Database, database_url: str, tmp_path: Path
) -> None:
    kills, files, rejected = Kills(), 0, ROWS // 100
    # A worker may be through before anybody has looked; then it gets another file.
    while kills.done < KILLS:
        files += 1
        records = [
            complete_activity(internal_id=f"K-{files}-{number:05}") for number in range(ROWS)
        ]
        for number in range(0, ROWS, 100):
            records[number]["credits"] = 0.3
        job = (await send(desk.provider, ndjson(records))).json()
        async with asyncio.timeout(2 * PATIENCE):
            while job["state"] in AT_WORK:
                with worker(tmp_path, database_url) as process:
                    while job["state"] in AT_WORK:
                        await asyncio.sleep(0.1)
                        job = await desk.get(job["import_id"])
                        if kills.strikes(process, job):
                            break
        assert counted(job) == {"total": ROWS, "created": ROWS - rejected, "rejected": rejected}
    stored, told, kept = await database.run(desk.provider.provider_id, in_the_tables)
    created = files * (ROWS - rejected)
    assert tuple(stored) == (created, created, 1)
    assert told == created
    assert tuple(kept) == (created, files * rejected, 0)


async def at_the_queue(superuser: Superuser, *but: int) -> int:
    """Return the backend of a worker that waits at the queue, as soon as there is one."""
    async with asyncio.timeout(PATIENCE):
        while True:
            found: int | None = await superuser.fetchval(
                "SELECT max(pid) FROM pg_stat_activity WHERE datname = current_database()"
                " AND application_name = $1 AND pid <> ALL ($2)",
                WORKER_NAME,
                but,
            )
            if found is not None:
                return found
            await asyncio.sleep(0.05)


async def test_a_worker_outlives_its_connection_and_ends_cleanly_when_it_is_told_to(
    database_url: str, tmp_path: Path
) -> None:
    async with superuser_of(database_url) as superuser:
        with worker(tmp_path, database_url) as process:
            assert process.stdout
            assert b"Ctrl-C" in await asyncio.to_thread(process.stdout.readline)
            first = await at_the_queue(superuser)
            await superuser.execute("SELECT pg_terminate_backend($1)", first)
            assert await at_the_queue(superuser, first) != first
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE) == 0
