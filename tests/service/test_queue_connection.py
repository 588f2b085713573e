"""A worker whose connection to the queue ends: it waits for another one, and goes on."""

import asyncio
import gc
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from app.core.database import CONNECTION_ERRORS, Database
from app.imports import worker
from tests.harness import FixedClock
from tests.patience import PATIENCE
from tests.silent_line import line_to

# What PostgreSQL says last; the end of the connection itself comes after it.
FAREWELL = b"SFATAL\0C57P01\0Mterminating connection due to administrator command\0\0"


@pytest.fixture
def habits() -> Iterator[None]:
    """Give the process back the habits that a worker changes, which is alone in its own."""
    thresholds, seconds = gc.get_threshold(), sys.getswitchinterval()
    yield
    gc.set_threshold(*thresholds)
    sys.setswitchinterval(seconds)
    gc.unfreeze()


@pytest.mark.usefixtures("habits")
async def test_a_worker_that_asks_between_the_farewell_and_the_end_of_its_connection_goes_on(
    database_url: str, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect, stop, again = worker.queue_connection, asyncio.Event(), asyncio.Event()
    connections = 0

    async def end_the_first(url: str) -> Any:
        nonlocal connections
        connection: Any = await connect(url)
        connections += 1
        if connections == 1:
            size = (len(FAREWELL) + 4).to_bytes(4, "big")
            connection._protocol.data_received(b"E" + size + FAREWELL)  # noqa: SLF001
        else:
            again.set()
        return connection

    monkeypatch.setattr(worker, "queue_connection", end_the_first)
    working = asyncio.create_task(worker.work(database_url, clock, stop, 1.0))
    await asyncio.wait(
        [working, asyncio.create_task(again.wait())],
        timeout=PATIENCE,
        return_when="FIRST_COMPLETED",
    )
    stop.set()
    await working
    assert again.is_set()


async def test_a_worker_leaves_a_queue_that_has_gone_silent(
    database: Database, database_url: str, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_SECONDS_BETWEEN_LOOKS", 0.1)
    monkeypatch.setattr(worker, "_SECONDS_OF_A_STATEMENT", 0.5)
    monkeypatch.setattr(worker, "_SECONDS_TO_CLOSE", 0.1)
    take_imports = worker._take_imports  # noqa: SLF001 - without the habits of a worker
    async with line_to(database_url) as line:
        working = asyncio.create_task(
            take_imports(line.url, database, clock, asyncio.Event(), 10.0)
        )
        await asyncio.sleep(0.3)
        line.go_silent()
        await asyncio.wait([working], timeout=PATIENCE)
        # Its connection may be closed under it by what waited on it first.
        assert isinstance(working.exception(), CONNECTION_ERRORS)
