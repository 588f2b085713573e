"""A TCP proxy of the tests' own: before several servers, and able to swallow replies."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

from tests.faults.sending import NoAnswerError, NotSentError, Request, Wire

_SECONDS_BETWEEN_LOOKS = 0.2


class Proxy:
    """Passes connections on to servers that say that they are ready."""

    def __init__(self) -> None:
        self.port = 0
        self.cut_share = 0.0
        """How many of the replies are swallowed, with the connection closed instead."""
        self.cut = 0
        self._ready: list[int] = []
        self._tasks: set[asyncio.Task[None]] = set()

    def ready(self, ports: Sequence[int]) -> None:
        """Pass new connections on to these ports."""
        self._ready = list(ports)

    async def watch(self, ports: Sequence[int]) -> None:
        """Look at /readyz of each server again and again, as a load balancer does."""
        while True:
            self._ready = [port for port in ports if await is_ready(port)]
            await asyncio.sleep(_SECONDS_BETWEEN_LOOKS)

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection."""
        try:
            there, back = await self._onward()
        except OSError:
            writer.transport.abort()
            return
        sides = (
            asyncio.ensure_future(_carry(reader, back)),
            asyncio.ensure_future(self._bring_back(there, writer)),
        )
        try:
            await asyncio.wait(sides, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for side in sides:
                side.cancel()
            writer.transport.abort()
            back.transport.abort()

    async def _onward(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if not self._ready:
            raise ConnectionRefusedError
        return await asyncio.open_connection("127.0.0.1", random.choice(self._ready))  # noqa: S311

    async def _bring_back(self, there: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while content := await there.read(1 << 16):
            if random.random() < self.cut_share:  # noqa: S311
                # The server has answered, so it has committed; the client will never know.
                self.cut += 1
                return
            writer.write(content)
            await writer.drain()


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while content := await reader.read(1 << 16):
            writer.write(content)
            await writer.drain()


async def is_ready(port: int) -> bool:
    """Tell whether the server at this port takes new work."""
    wire = Wire("127.0.0.1", port)
    try:
        return (await wire.send(Request("GET", "/readyz", {}))).status == 200
    except (NotSentError, NoAnswerError):
        return False
    finally:
        wire.close()


@asynccontextmanager
async def proxying(ports: Sequence[int], *, watched: bool = False) -> AsyncIterator[Proxy]:
    """Run a proxy before servers at these ports; a watched one asks them whether they are ready."""
    proxy = Proxy()
    proxy.ready(ports)
    server = await asyncio.start_server(proxy.accept, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    watching = asyncio.create_task(proxy.watch(ports)) if watched else None
    try:
        yield proxy
    finally:
        if watching is not None:
            watching.cancel()
        server.close()
