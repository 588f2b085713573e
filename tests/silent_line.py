"""A TCP line to the tests' PostgreSQL that can go silent: nothing arrives, and nothing ends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class Line:
    """What is between the two ends; `url` leads through it."""

    def __init__(self) -> None:
        self.url = ""
        self._open = asyncio.Event()
        self._open.set()

    def go_silent(self) -> None:
        """Carry nothing any more, as when the other machine is gone."""
        self._open.clear()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry what one end says to the other."""
        try:
            with suppress(OSError):
                while said := await reader.read(1 << 16):
                    await self._open.wait()
                    writer.write(said)
                    await writer.drain()
        finally:
            writer.transport.abort()


@asynccontextmanager
async def line_to(url: str) -> AsyncIterator[Line]:
    """Lay a line to the database at this address of a Unix socket."""
    folder = url.partition("?host=")[2].partition("&")[0]
    line, ends = Line(), set[asyncio.Task[None]]()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_unix_connection(f"{folder}/.s.PGSQL.5432")
        for end in (line.carry(reader, back), line.carry(there, writer)):
            ends.add(asyncio.ensure_future(end))

    server = await asyncio.start_server(accept, "127.0.0.1")
    port = server.sockets[0].getsockname()[1]
    line.url = url.partition("?")[0].replace("@/", f"@127.0.0.1:{port}/")
    try:
        yield line
    finally:
        server.close()
        for end in ends:
            end.cancel()
        await asyncio.gather(*ends, return_exceptions=True)
        # Transports close when the loop comes to it.
        await asyncio.sleep(0.05)
