"""What a slow or overrun database does to requests: 503 in time, and nothing half done."""

import asyncio
from collections.abc import AsyncIterator

import anyio
import asyncpg
import pytest

from app.core import database as core_database
from app.core.database import Database, Transaction
from app.core.errors import ProblemError
from tests.harness import ReportingProvider


@pytest.fixture
async def small(database_url: str) -> AsyncIterator[Database]:
    """A database with one connection, for which two may wait."""
    small = Database(database_url, pool_size=1, most_waiting=4)
    yield small
    await small.close()


async def nothing(transaction: Transaction) -> None:
    await transaction.driver.fetchval("SELECT 1")


async def test_work_beyond_the_deadline_is_503_and_leaves_the_connection_usable(
    small: Database, provider: ReportingProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(core_database, "SECONDS_TO_ANSWER", 0.2)

    async def slow(transaction: Transaction) -> None:
        await transaction.driver.execute(
            "UPDATE providers SET city = 'Nowhere' WHERE provider_id = $1", provider.provider_id
        )
        await transaction.driver.execute("SELECT pg_sleep(60)")

    with pytest.raises(ProblemError) as refused:
        await small.run(provider.provider_id, slow)
    assert refused.value.kind.code == "server.busy"
    assert refused.value.headers["Retry-After"] == "1"
    monkeypatch.undo()

    async def city(transaction: Transaction) -> object:
        return await transaction.driver.fetchval(
            "SELECT city FROM providers WHERE provider_id = $1", provider.provider_id
        )

    assert await small.run(provider.provider_id, city) is None


async def test_waiting_for_a_connection_counts_towards_the_deadline(
    small: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, release = asyncio.Event(), asyncio.Event()

    async def hold(_transaction: Transaction) -> None:
        held.set()
        await release.wait()

    holder = asyncio.create_task(small.run(None, hold))
    await held.wait()
    monkeypatch.setattr(core_database, "SECONDS_TO_ANSWER", 0.1)
    with pytest.raises(ProblemError) as refused:
        await small.run(None, nothing)
    assert refused.value.kind.code == "server.busy"
    release.set()
    await holder


async def test_more_than_may_wait_are_turned_away_and_all_others_served(small: Database) -> None:
    held, release = asyncio.Event(), asyncio.Event()

    async def hold(_transaction: Transaction) -> None:
        held.set()
        await release.wait()

    holder = asyncio.create_task(small.run(None, hold))
    await held.wait()
    waiting = [asyncio.create_task(small.run(None, nothing)) for _ in range(2)]
    await asyncio.sleep(0.01)
    results = await asyncio.gather(
        *(small.run(None, nothing) for _ in range(5)), return_exceptions=True
    )
    assert all(isinstance(result, ProblemError) for result in results)
    release.set()
    await asyncio.gather(holder, *waiting)
    await small.run(None, nothing)


@pytest.mark.parametrize("place", ["/no_such_database?", "/pars?user=no_such_role&"])
async def test_a_database_that_does_not_take_the_login_now_is_503_and_no_fault_of_the_server(
    server_url: str, place: str
) -> None:
    shut = Database(server_url.replace("/pars?", place), pool_size=1)
    with pytest.raises(ProblemError) as refused:
        await shut.run(None, nothing)
    assert refused.value.kind.code == "server.busy"
    await shut.close()


async def test_a_database_that_only_reads_is_503_until_a_new_connection_finds_one_that_writes(
    small: Database, provider: ReportingProvider
) -> None:
    async def write(transaction: Transaction) -> None:
        await transaction.driver.execute(
            "UPDATE providers SET city = 'Nowhere' WHERE provider_id = $1", provider.provider_id
        )

    async def become_a_standby(transaction: Transaction) -> None:
        await transaction.driver.execute("SET default_transaction_read_only = on")

    await small.run(None, become_a_standby)
    with pytest.raises(ProblemError) as refused:
        await small.run(provider.provider_id, write)
    assert refused.value.kind.code == "server.busy"
    await small.run(provider.provider_id, write)


async def test_a_database_without_room_on_its_disk_is_503_and_no_fault_of_the_server(
    small: Database,
) -> None:
    async def write(_transaction: Transaction) -> None:
        message = "could not extend file: No space left on device"
        raise asyncpg.DiskFullError(message)

    with pytest.raises(ProblemError) as refused:
        await small.run(None, write)
    assert refused.value.kind.code == "server.busy"


@pytest.mark.parametrize(
    "place", ["/pars?host=/nowhere/at/all", "127.0.0.1:1/pars", "no-such-host.invalid/pars"]
)
async def test_a_database_that_is_not_there_is_503_and_no_fault_of_the_server(place: str) -> None:
    absent = Database(f"postgresql+asyncpg://pars@{place}", pool_size=1)
    with pytest.raises(ProblemError) as refused:
        await absent.run(None, nothing)
    assert refused.value.kind.code == "server.busy"
    await absent.close()


async def test_work_that_is_broken_off_again_while_it_ends_leaves_no_connection_in_use(
    small: Database,
) -> None:
    begun = asyncio.Event()

    async def slow(transaction: Transaction) -> None:
        begun.set()
        await transaction.driver.execute("SELECT pg_sleep(60)")

    # As Starlette does to the rest of a file when its client has gone.
    async with anyio.create_task_group() as group:
        group.start_soon(small.run, None, slow)
        await begun.wait()
        group.cancel_scope.cancel()
    assert (small.connections.in_use, small.connections.open) == (0, 0)
    await small.run(None, nothing)
