import asyncio
import socket
from collections.abc import AsyncIterator

import httpx
import pytest
import uvicorn

from app.cli.door_keeper import DoorKeeper
from tests.connections.one_room import Line, Place
from tests.patience import PATIENCE


@pytest.fixture
def place() -> Place:
    return Place()


@pytest.fixture
async def port(place: Place) -> AsyncIterator[int]:
    config = uvicorn.Config(
        place.application, http=DoorKeeper, ws="none", lifespan="on", log_config=None
    )
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as bound:
        running = asyncio.create_task(server.serve([bound]))
        await place.started.wait()
        yield bound.getsockname()[1]
        place.go_on.set()
        server.should_exit = True
        await running


@pytest.fixture
async def client(port: int) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as client:
        yield client


@pytest.fixture
async def line(port: int) -> AsyncIterator[Line]:
    line = Line(*await asyncio.open_connection("127.0.0.1", port))
    yield line
    line.close()
