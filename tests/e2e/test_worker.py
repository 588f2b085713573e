"""Workers as processes: killed at any moment, and nothing is lost or done twice."""

import asyncio
import signal
import subprocess
import time
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
from tests.imports_support import Desk, counted, imports_of, ndjson, send

ROWS = 3000
# One kill of each kind.
KILLS = 2


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


async def test_a_killed_workers_import_is_taken_up_and_every_row_is_there_once(
    desk: Desk, database: Database, database_url: str, tmp_path: Path
) -> None:
    records = [complete_activity(internal_id=f"K-{number:05}") for number in range(ROWS)]
    for number in range(0, ROWS, 100):
        records[number]["credits"] = 0.3
    job = (await send(desk.provider, ndjson(records))).json()
    url = f"{imports_of(desk.provider)}/{job['import_id']}"
    kills, seen = 0, -1
    deadline = time.monotonic() + 150
    while job["state"] not in {"succeeded_with_errors", "failed"}:
        assert time.monotonic() < deadline, job
        with worker(tmp_path, database_url) as process:
            while time.monotonic() < deadline:
                await asyncio.sleep(0.1)
                job = (await desk.provider.client.get(url)).json()
                left = job["counts"]["unprocessed"]
                if job["state"] not in {"queued", "running"}:
                    break
                if kills < KILLS and left not in {None, seen, ROWS}:
                    kills, seen = kills + 1, left
                    # Killed it is missed after its lease; told to stop, it gives its work back.
                    told = kills % 2 == 0
                    process.send_signal(signal.SIGTERM if told else signal.SIGKILL)
                    assert not told or process.wait(10) == 0
                    break
    assert kills == KILLS
    rejected = len(range(0, ROWS, 100))
    assert counted(job) == {"total": ROWS, "created": ROWS - rejected, "rejected": rejected}
    stored, told, kept = await database.run(desk.provider.provider_id, in_the_tables)
    assert tuple(stored) == (ROWS - rejected, ROWS - rejected, 1)
    assert told == ROWS - rejected
    assert tuple(kept) == (ROWS - rejected, rejected, 0)


async def at_the_queue(superuser: Superuser, *but: int) -> int:
    """Return the backend of a worker that waits at the queue, as soon as there is one."""
    for _ in range(600):
        found: int | None = await superuser.fetchval(
            "SELECT max(pid) FROM pg_stat_activity WHERE datname = current_database()"
            " AND application_name = $1 AND pid <> ALL ($2)",
            WORKER_NAME,
            but,
        )
        if found is not None:
            return found
        await asyncio.sleep(0.05)
    raise TimeoutError


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
            assert process.wait(20) == 0
