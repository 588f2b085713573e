"""What the tests of the sandbox share: an application with both worlds, and providers in both."""

import itertools
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from fastapi import FastAPI

from app.auth.operating import issue_key
from app.core.database import Database
from app.main import create_app
from app.settings import Settings
from tests.credentials import Callers
from tests.databases import copy_of
from tests.harness import FixedClock, ReportingProvider
from tests.registering import add_provider
from tests.sandbox.both import Both, Known

_numbers = itertools.count(6_000_001)


@pytest.fixture(scope="session")
async def both_worlds(
    settings: Settings, sandbox_url: str, session_clock: FixedClock
) -> AsyncIterator[FastAPI]:
    """The application with a sandbox beside its live database."""
    application = create_app(settings.model_copy(update={"sandbox_url": sandbox_url}))
    async with application.router.lifespan_context(application):
        application.state.clock = session_clock
        yield application


@pytest.fixture
def both(both_worlds: FastAPI) -> Both:
    return _both(both_worlds)


@pytest.fixture
async def new_system(
    settings: Settings, sandbox_url: str, server_url: str, worker_id: str
) -> AsyncIterator[Both]:
    """The application where nobody is registered yet, with the sandbox of the other tests."""
    async with copy_of(server_url, "pars", f"opening_{worker_id}") as url:
        chosen = settings.model_copy(update={"database_url": url, "sandbox_url": sandbox_url})
        application = create_app(chosen)
        async with application.router.lifespan_context(application):
            yield _both(application)


def _both(application: FastAPI) -> Both:
    worlds = application.state.worlds
    return Both(
        application,
        Callers(application, worlds.live.database),
        Callers(application, worlds.sandbox.database),
    )


@pytest.fixture
async def known(both: Both, clock: FixedClock) -> AsyncIterator[Known]:
    """A provider in both worlds, with a key to each."""
    del clock
    async with AsyncExitStack() as stack:
        yield await _known(both, stack)


@pytest.fixture
async def neighbour(both: Both, clock: FixedClock) -> AsyncIterator[Known]:
    """Another provider in both worlds."""
    del clock
    async with AsyncExitStack() as stack:
        yield await _known(both, stack)


async def _known(both: Both, stack: AsyncExitStack) -> Known:
    provider_id = str(next(_numbers))

    async def entered(database: Database, callers: Callers) -> ReportingProvider:
        await add_provider(database, provider_id, f"Provider {provider_id}", "ACCME")
        test = callers is both.test
        issued = await issue_key(
            database, providers=[provider_id], mode="test" if test else "live", name="tests"
        )
        client = await stack.enter_async_context(callers.with_key(issued.key))
        return ReportingProvider(provider_id, issued.key, client)

    return Known(
        await entered(both.live.database, both.live), await entered(both.test.database, both.test)
    )
