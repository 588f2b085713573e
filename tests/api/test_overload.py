"""More than can be served: refused at once and with a time to come back, and nobody else pays."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from fastapi import FastAPI

from app.auth.costs import PER_PROVIDER
from app.core.database import Database, Transaction
from app.core.rate_limits import RateLimits
from app.main import create_app
from app.settings import Settings
from tests.clients import client_of
from tests.harness import ReportingProvider

QUOTA = 10


@pytest.fixture
async def narrow(settings: Settings) -> AsyncIterator[FastAPI]:
    """The application with one connection, for which one request may wait."""
    application = create_app(settings.model_copy(update={"pool_size": 1, "most_waiting": 1}))
    async with application.router.lifespan_context(application):
        yield application


@pytest.fixture
def with_quota(app: FastAPI) -> Iterator[None]:
    """Each provider may spend so many units a minute."""
    before = app.state.rate_limits
    app.state.rate_limits = RateLimits({PER_PROVIDER: QUOTA})
    yield
    app.state.rate_limits = before


async def test_when_the_queue_is_full_a_request_is_refused_while_others_still_wait(
    narrow: FastAPI, provider: ReportingProvider
) -> None:
    held, release = asyncio.Event(), asyncio.Event()

    async def hold(_transaction: Transaction) -> None:
        held.set()
        await release.wait()

    async with client_of(narrow, provider.key) as client:
        # Now the key and the boards are known, and a request asks the database but once.
        assert (await client.get(provider.activities)).status_code == 200
        database: Database = narrow.state.worlds.live.database
        holder = asyncio.create_task(database.run(None, hold))
        await held.wait()
        waiting = asyncio.create_task(client.get(provider.activities))
        while not database._admission._waiting:  # noqa: ASYNC110, SLF001 - nobody tells us
            await asyncio.sleep(0.01)
        refused = await client.get(provider.activities)
        assert not waiting.done()
        release.set()
        assert (await waiting).status_code == 200
        await holder
    assert (refused.status_code, refused.json()["code"]) == (503, "server.busy")
    assert refused.headers["retry-after"] == "1"
    assert (refused.json()["saved"], refused.json()["retryable"]) == (False, True)


@pytest.mark.usefixtures("with_quota")
async def test_one_provider_at_many_times_its_share_is_refused_and_another_is_not(
    provider: ReportingProvider, other_provider: ReportingProvider
) -> None:
    async def ask(one: ReportingProvider) -> int:
        return (await one.client.get(f"/v1/providers/{one.provider_id}")).status_code

    greedy = [ask(provider) for _ in range(5 * QUOTA)]
    modest = [ask(other_provider) for _ in range(QUOTA)]
    answers = await asyncio.gather(*greedy, *modest)
    assert sorted(answers[: len(greedy)]) == [200] * QUOTA + [429] * 4 * QUOTA
    assert answers[len(greedy) :] == [200] * QUOTA
