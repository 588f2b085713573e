import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.connections.one_room import Line, Place
from tests.connections.running import port_of
from tests.patience import PATIENCE


@pytest.fixture
def place() -> Place:
    return Place()


@pytest.fixture
async def port(place: Place) -> AsyncIterator[int]:
    async with port_of(place) as port:
        yield port


@pytest.fixture
async def client(port: int) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as client:
        yield client


@pytest.fixture
async def line(port: int) -> AsyncIterator[Line]:
    line = Line(*await asyncio.open_connection("127.0.0.1", port))
    yield line
    line.close()
