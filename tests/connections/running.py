"""The web server around an application of a test's own, in the test's own event loop."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

import uvicorn
from fastapi import FastAPI

from app.cli.door_keeper import DoorKeeper


class Running(Protocol):
    """An application that says when it has started, and what its last requests wait for."""

    application: FastAPI
    started: asyncio.Event
    go_on: asyncio.Event


@asynccontextmanager
async def port_of(place: Running, connection: type[DoorKeeper] = DoorKeeper) -> AsyncIterator[int]:
    """Serve the application over connections of this kind; give its port."""
    config = uvicorn.Config(
        place.application, http=connection, ws="none", lifespan="on", log_config=None
    )
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as bound:
        running = asyncio.create_task(server.serve([bound]))
        await place.started.wait()
        yield bound.getsockname()[1]
        place.go_on.set()
        server.should_exit = True
        await running
