"""Which of the serving processes takes a new connection: one that has the fewest.

All of them listen on one socket. Whoever woke up first took all that had just come, and a
client that kept its connections then had one process to itself, while another had nothing
to do.
"""

import asyncio
import os
import socket
from collections.abc import Callable, Sized
from pathlib import Path
from typing import Any, Final, cast

import uvloop
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.cli.tally import Tally
from app.core.metrics import SHARED_FOLDER

# One that has few and takes none has too much to do, or is gone: the others go on.
_SECONDS_FOR_OTHERS: Final = 0.005
_SECONDS_BETWEEN_LOOKS: Final = 0.001
# What was left so long ago has been taken, and somebody else came.
_SECONDS_TO_FORGET: Final = 0.1
_SECONDS_BETWEEN_TELLING: Final = 0.1
# A tenth more than another is even enough, and many are taken quickly then.
_EVEN_ENOUGH: Final = 1.1
# A process that is busy looks seldom, and whoever connects must not wait for that each time.
_MANY: Final = 16
_FEW: Final = 4
_SECONDS_WITHOUT_DESCRIPTORS: Final = 0.1


class EventLoop(uvloop.Loop):
    """The event loop of a serving process, which takes no more connections than the others."""

    async def create_server(self, *asked: Any, **options: Any) -> Any:
        """Listen on the socket that all processes share, or else where the web server says."""
        folder, bound = os.environ.get(SHARED_FOLDER), options.get("sock")
        if folder is None or bound is None:
            return await super().create_server(*asked, **options)
        return Listener(self, bound, asked[0], Tally(Path(folder)))


class Listener:
    """Takes connections for one process, and leaves others to the others."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        bound: socket.socket,
        protocol: Callable[[], asyncio.Protocol],
        tally: Tally,
    ) -> None:
        self._loop, self._protocol, self._tally = loop, protocol, tally
        self._socket = bound.dup()
        self._socket.setblocking(False)  # noqa: FBT003 - as the standard library has it
        self._kept: Sized = ()
        self._beginning: set[asyncio.Task[None]] = set()
        self._left_since = 0.0
        self._later: asyncio.TimerHandle | None = None
        self._look()
        self._tell()

    def close(self) -> None:
        """Take no more."""
        self._loop.remove_reader(self._socket)
        self._telling.cancel()
        if self._later is not None:
            self._later.cancel()
        self._tally.leave()
        self._socket.close()

    async def wait_closed(self) -> None:
        """Return when it is closed, which it is at once."""

    def _count(self) -> int:
        return len(self._kept) + len(self._beginning)

    def _tell(self) -> None:
        self._tally.tell(self._count())
        self._telling = self._loop.call_later(_SECONDS_BETWEEN_TELLING, self._tell)

    def _look(self) -> None:
        self._loop.add_reader(self._socket, self._somebody_came)

    def _look_again(self, after: float) -> None:
        self._loop.remove_reader(self._socket)
        self._later = self._loop.call_later(after, self._look)

    def _somebody_came(self) -> None:
        now = self._loop.time()
        if now - self._left_since > _SECONDS_TO_FORGET:
            self._left_since = now
        left_long_enough = now - self._left_since > _SECONDS_FOR_OTHERS
        for _ in range(_FEW if left_long_enough else _MANY):
            mine = self._count()
            self._tally.tell(mine)
            if mine > _EVEN_ENOUGH * self._tally.fewest() and not left_long_enough:
                self._look_again(_SECONDS_BETWEEN_LOOKS)
                return
            if not self._take():
                break
        self._left_since = 0.0

    def _take(self) -> bool:
        try:
            connection, _ = self._socket.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return False
        except OSError:
            self._look_again(_SECONDS_WITHOUT_DESCRIPTORS)
            return False
        task = self._loop.create_task(self._begin(connection))
        self._beginning.add(task)
        task.add_done_callback(self._beginning.discard)
        return True

    async def _begin(self, connection: socket.socket) -> None:
        try:
            _, protocol = await self._loop.connect_accepted_socket(self._protocol, connection)
        except OSError:
            # Whoever had come is gone again.
            connection.close()
            return
        # All connections of a web server know the set of them.
        self._kept = cast("HttpToolsProtocol", protocol).connections
