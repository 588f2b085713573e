"""What the tests of security share: a world with everybody in it, and the real server."""

from collections.abc import AsyncIterator

import pytest

from app.settings import Settings
from tests.harness import FixedClock
from tests.security.served import Served, served_from
from tests.security.worlds import World, world_of


@pytest.fixture(scope="session")
async def world(
    server_url: str, worker_id: str, settings: Settings, session_clock: FixedClock
) -> AsyncIterator[World]:
    """The application as it is."""
    async with world_of("both", server_url, worker_id, settings, session_clock) as made:
        yield made


@pytest.fixture(scope="session")
async def served(
    server_url: str, worker_id: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    """The real server."""
    folder = tmp_path_factory.mktemp("served")
    async with served_from(server_url, f"served_{worker_id}", folder) as made:
        yield made
