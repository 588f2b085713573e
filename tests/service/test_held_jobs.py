"""What becomes of a job that a worker did not carry out: it stays in the queue."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from app.core.database import Database
from app.imports import held_jobs, worker
from app.imports.working import work_off
from tests.builders import draft_activity
from tests.databases import superuser_of
from tests.harness import FixedClock, ReportingProvider
from tests.imports_support import Desk, ndjson, send
from tests.patience import PATIENCE

_TAKE_OVER = """
UPDATE pgqueuer SET queue_manager_id = $1, heartbeat = now() WHERE status = 'picked'
"""


@pytest.fixture
def desk(provider: ReportingProvider, database: Database, clock: FixedClock) -> Desk:
    return Desk(provider, database, clock)


@pytest.fixture
async def import_id(provider: ReportingProvider, database_url: str) -> AsyncIterator[str]:
    """An import that waits, with nothing else in the queue."""
    async with superuser_of(database_url) as superuser:
        await superuser.execute("DELETE FROM pgqueuer")
        yield (await send(provider, ndjson([draft_activity()]))).json()["import_id"]
        await superuser.execute("DELETE FROM pgqueuer")


@asynccontextmanager
async def worker_at_the_queue(desk: Desk, url: str) -> AsyncIterator[None]:
    stop = asyncio.Event()
    # Without the habits of a worker, which is alone in its process.
    take_imports = worker._take_imports  # noqa: SLF001
    working = asyncio.create_task(take_imports(url, desk.database, desk.clock, stop, 60.0))
    try:
        yield
    finally:
        stop.set()
        await working


async def test_a_slow_worker_leaves_its_job_to_the_one_that_has_it_now(
    import_id: str, desk: Desk, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    del import_id
    other, lost = uuid.uuid4(), asyncio.Event()
    async with superuser_of(database_url) as superuser:

        async def lose_it(*_: Any) -> None:
            await superuser.execute(_TAKE_OVER, other)
            lost.set()

        monkeypatch.setattr(worker, "work_off", lose_it)
        async with worker_at_the_queue(desk, database_url):
            await asyncio.wait_for(lost.wait(), PATIENCE)
        holders = await superuser.fetch("SELECT queue_manager_id FROM pgqueuer")
    assert [holder[0] for holder in holders] == [other]


async def test_a_job_that_met_a_fault_of_the_worker_is_tried_again(
    import_id: str, desk: Desk, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held_jobs, "_BEFORE_ANOTHER_TRIES", timedelta(0))
    tries, done = 0, asyncio.Event()

    async def fail_once(*arguments: Any) -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise LookupError
        await work_off(*arguments)
        done.set()

    monkeypatch.setattr(worker, "work_off", fail_once)
    async with worker_at_the_queue(desk, database_url):
        await asyncio.wait_for(done.wait(), PATIENCE)
    assert (await desk.get(import_id))["state"] == "succeeded"
    async with superuser_of(database_url) as superuser:
        assert await superuser.fetchval("SELECT count(*) FROM pgqueuer") == 0
