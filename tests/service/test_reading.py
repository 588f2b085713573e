"""Reading: in a transaction that cannot write, or with statements that stand alone."""

from collections.abc import AsyncIterator
from functools import partial

import asyncpg
import pytest

from app.core.database import SESSION_SETTINGS, Database, Transaction
from app.core.looking import Values
from tests.builders import draft_activity
from tests.harness import ReportingProvider

RENAME = "UPDATE providers SET city = 'Nowhere' WHERE provider_id = $1"
# Everything that row-level security shows, whoever is asked for.
SEEN = "SELECT string_agg(DISTINCT provider_id, ' ') FROM activities WHERE $1 <> ''"
SCOPE = "SELECT coalesce(current_setting('app.provider_id', true), '')"


@pytest.fixture
async def single(database_url: str) -> AsyncIterator[Database]:
    """A database with one connection, which everything takes in turn."""
    single = Database(database_url, pool_size=1)
    yield single
    await single.close()


@pytest.fixture
async def distributed(database_url: str) -> AsyncIterator[Database]:
    """A database whose sessions are as `pars db distribute` leaves them."""
    session = {**SESSION_SETTINGS, "citus.propagate_set_commands": "local"}
    distributed = Database(database_url, pool_size=1, session=session)
    yield distributed
    await distributed.close()


async def scope(transaction: Transaction) -> object:
    return await transaction.driver.fetchval(SCOPE)


async def test_a_read_cannot_write(single: Database, provider: ReportingProvider) -> None:
    async def rename(transaction: Transaction) -> None:
        await transaction.driver.execute(RENAME, provider.provider_id)

    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        await single.read(provider.provider_id, rename)
    assert await single.read(provider.provider_id, scope) == provider.provider_id


async def test_a_look_sees_the_rows_of_one_provider(
    single: Database,
    distributed: Database,
    provider: ReportingProvider,
    other_provider: ReportingProvider,
) -> None:
    for each in (provider, other_provider):
        await each.enter(draft_activity())
        look = partial(_seen, provider=each)
        assert await single.look(each.provider_id, look) == each.provider_id
        assert await distributed.look(each.provider_id, look) == each.provider_id


async def _seen(values: Values, provider: ReportingProvider) -> object:
    return await values.fetchval(SEEN, provider.provider_id)


async def test_a_look_leaves_nothing_behind(single: Database, provider: ReportingProvider) -> None:
    await provider.enter(draft_activity())
    await single.look(provider.provider_id, partial(_seen, provider=provider))
    assert await single.run(None, scope) == ""
    number = await single.run(None, _rows_seen)
    assert number == 0


async def _rows_seen(transaction: Transaction) -> object:
    return await transaction.driver.fetchval("SELECT count(*) FROM activities")


async def test_a_look_is_about_the_provider_that_it_was_granted_for(
    single: Database, provider: ReportingProvider, other_provider: ReportingProvider
) -> None:
    with pytest.raises(ValueError, match="one provider"):
        await single.look(provider.provider_id, partial(_seen, provider=other_provider))


@pytest.mark.parametrize("provider_id", ["", "123456", "12345678", "a'; --", "1234567\n"])
async def test_a_look_is_about_an_id_of_a_provider(single: Database, provider_id: str) -> None:
    async def nothing(_values: Values) -> None:
        pytest.fail("nobody may look")

    with pytest.raises(ValueError, match="seven digits"):
        await single.look(provider_id, nothing)


async def test_a_look_that_fails_leaves_the_connection_as_it_was(
    single: Database, provider: ReportingProvider
) -> None:
    async def divide(values: Values) -> object:
        return await values.fetchval("SELECT 1 / length(left($1, 0))", provider.provider_id)

    with pytest.raises(asyncpg.DivisionByZeroError):
        await single.look(provider.provider_id, divide)
    assert await single.run(None, scope) == ""
    assert single.connections.open == 1


async def test_a_distributed_database_is_told_by_the_transaction_whose_rows_are_meant(
    single: Database, distributed: Database, provider: ReportingProvider
) -> None:
    async def in_transaction(values: Values) -> object:
        asked = "SELECT current_setting('transaction_read_only') WHERE $1 <> ''"
        return await values.fetchval(asked, provider.provider_id)

    assert await single.look(provider.provider_id, in_transaction) == "off"
    assert await distributed.look(provider.provider_id, in_transaction) == "on"


async def test_a_client_sees_what_it_wrote_however_reads_and_writes_follow_one_another(
    provider: ReportingProvider,
) -> None:
    for number in range(20):
        body = draft_activity(internal_id=f"R-{number}")
        created = (await provider.client.post(provider.activities, json=body)).json()
        path = f"{provider.activities}/{created['activity_id']}"
        assert (await provider.client.get(path)).json()["internal_id"] == f"R-{number}"
