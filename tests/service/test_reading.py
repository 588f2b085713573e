"""Transactions that only read: refused to write, ended by the next one or a moment later."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from app.core.database import Database, Transaction
from tests.builders import draft_activity
from tests.databases import superuser_of
from tests.harness import ReportingProvider

RENAME = "UPDATE providers SET city = 'Nowhere' WHERE provider_id = $1"


@pytest.fixture
async def single(database_url: str) -> AsyncIterator[Database]:
    """A database with one connection, which everything takes in turn."""
    single = Database(database_url, pool_size=1)
    yield single
    await single.close()


async def process(transaction: Transaction) -> int:
    return int(await transaction.driver.fetchval("SELECT pg_backend_pid()"))


async def scope(transaction: Transaction) -> object:
    return await transaction.driver.fetchval(
        "SELECT coalesce(current_setting('app.provider_id', true), '')"
    )


async def test_a_read_cannot_write(single: Database, provider: ReportingProvider) -> None:
    async def rename(transaction: Transaction) -> None:
        await transaction.driver.execute(RENAME, provider.provider_id)

    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        await single.read(provider.provider_id, rename)
    assert await single.read(provider.provider_id, scope) == provider.provider_id


async def test_what_comes_after_a_read_is_about_its_own_rows(
    single: Database, provider: ReportingProvider
) -> None:
    assert await single.read(provider.provider_id, scope) == provider.provider_id
    assert await single.run(None, scope) == ""
    assert await single.read("9999999", scope) == "9999999"
    assert await single.read(None, scope) == ""


async def test_what_is_saved_after_a_read_is_saved(
    single: Database, provider: ReportingProvider, database: Database
) -> None:
    async def rename(transaction: Transaction) -> None:
        await transaction.driver.execute(RENAME, provider.provider_id)

    async def city(transaction: Transaction) -> object:
        return await transaction.driver.fetchval(
            "SELECT city FROM providers WHERE provider_id = $1", provider.provider_id
        )

    await single.read(provider.provider_id, city)
    await single.run(provider.provider_id, rename)
    assert await database.read(provider.provider_id, city) == "Nowhere"


async def test_a_read_that_nothing_follows_is_ended_a_moment_later(
    single: Database, database_url: str
) -> None:
    number = await single.read(None, process)
    async with superuser_of(database_url) as superuser:
        state = None
        for _ in range(200):
            state = await superuser.fetchval(
                "SELECT state FROM pg_stat_activity WHERE pid = $1", number
            )
            if state == "idle":
                break
            await asyncio.sleep(0.01)
    assert state == "idle"
    assert await single.read(None, process) == number


async def test_a_connection_that_is_lost_behind_a_read_is_replaced(
    single: Database, database_url: str
) -> None:
    number = await single.read(None, process)
    async with superuser_of(database_url) as superuser:
        await superuser.execute("SELECT pg_terminate_backend($1, 5000)", number)
    await asyncio.sleep(0.05)
    assert await single.read(None, process) != number


async def test_a_client_sees_what_it_wrote_however_reads_and_writes_follow_one_another(
    provider: ReportingProvider,
) -> None:
    for number in range(20):
        body = draft_activity(internal_id=f"R-{number}")
        created = (await provider.client.post(provider.activities, json=body)).json()
        path = f"{provider.activities}/{created['activity_id']}"
        assert (await provider.client.get(path)).json()["internal_id"] == f"R-{number}"
