"""Which process takes a new connection: those with the fewest, and nobody is waited for long."""

import asyncio
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import pytest

from app.cli import tally
from app.cli.accepting import Listener
from app.cli.tally import Tally


class Numbers(Tally):
    """A tally of processes that are all in this one."""

    def __init__(self, told: dict[int, int], place: int) -> None:
        self._told, self._own = told, place

    def tell(self, connections: int) -> None:
        self._told[self._own] = connections

    def fewest(self) -> int:
        return min(self._told.values())

    def leave(self) -> None:
        self._told.pop(self._own)


class Taken(asyncio.Protocol):
    """A connection that was taken, and that knows the others of its process as uvicorn's do."""

    def __init__(self, connections: "set[Taken]") -> None:
        self.connections = connections

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.connections.add(self)
        self.transport = cast("asyncio.Transport", transport)
        self.transport.write(b"!")

    def connection_lost(self, _error: Exception | None) -> None:
        self.connections.discard(self)


class Processes:
    """Two that listen on one socket."""

    def __init__(self, bound: socket.socket) -> None:
        self.told: dict[int, int] = {}
        self.taken: list[set[Taken]] = [set(), set()]
        self.listeners = [self._listener(bound, place) for place in (0, 1)]
        self._address = bound.getsockname()
        self.clients: list[asyncio.StreamWriter] = []

    def _listener(self, bound: socket.socket, place: int) -> Listener:
        loop = asyncio.get_running_loop()
        return Listener(loop, bound, lambda: Taken(self.taken[place]), Numbers(self.told, place))

    async def connect(self, many: int) -> list[int]:
        """Open connections, and return how many each has when all of them were taken."""
        await asyncio.gather(*(self._connect() for _ in range(many)))
        return [len(taken) for taken in self.taken]

    async def _connect(self) -> None:
        reader, writer = await asyncio.open_connection(*self._address)
        self.clients.append(writer)
        # Whoever took it says so.
        assert await reader.readexactly(1)

    def close(self) -> None:
        for client in self.clients:
            client.close()
        for listener in self.listeners:
            listener.close()


@pytest.fixture
async def processes() -> AsyncIterator[Processes]:
    with socket.create_server(("127.0.0.1", 0), backlog=100) as bound:
        both = Processes(bound)
        yield both
        both.close()


async def test_connections_that_come_at_once_are_taken_evenly(processes: Processes) -> None:
    assert max(await processes.connect(40)) <= 26


async def test_whoever_lost_its_connections_takes_the_next_ones(processes: Processes) -> None:
    await processes.connect(10)
    for taken in list(processes.taken[0]):
        taken.transport.close()
    assert max(await processes.connect(5)) <= 8


async def test_one_that_takes_none_is_not_waited_for(processes: Processes) -> None:
    processes.told[2] = 0
    assert sum(await processes.connect(6)) == 6


async def test_where_one_stops_to_listen_the_other_takes_all(processes: Processes) -> None:
    processes.listeners.pop(0).close()
    assert await processes.connect(6) == [0, 6]


def test_the_processes_read_of_each_other_and_one_that_is_killed_leaves_its_place(
    tmp_path: Path,
) -> None:
    own = Tally(tmp_path)
    own.tell(5)
    told = "import runpy, sys; from pathlib import Path; folder, file = map(Path, sys.argv[1:]);"
    told += (
        "tally = runpy.run_path(str(file))['Tally'](folder); print(tally.fewest()); tally.tell(3)"
    )
    command = [sys.executable, "-c", told, str(tmp_path), tally.__file__]
    for fewest in ("5", "3"):
        said = subprocess.run(command, capture_output=True, text=True, check=True)
        assert said.stdout.strip() == fewest
    assert own.fewest() == 3
    own.leave()
    assert own.fewest() == 3
