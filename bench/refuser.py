"""A server that refuses every call at once, and does nothing else."""

import asyncio
import multiprocessing
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, cast

from bench.open_loop import run

_REFUSAL: Final = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n"


class _Refusing(asyncio.Protocol):
    """A connection of which each message is a call."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        del data
        self._transport.write(_REFUSAL)


@contextmanager
def refusing() -> Iterator[str]:
    """Run such a server in a process of its own; give its address."""
    with socket.create_server(("127.0.0.1", 0)) as bound:
        context = multiprocessing.get_context("spawn")
        process = context.Process(target=_serve, args=(bound,), daemon=True)
        process.start()
        try:
            yield f"http://127.0.0.1:{bound.getsockname()[1]}"
        finally:
            process.kill()
            process.join()


def _serve(bound: socket.socket) -> None:
    # As the processes of the server are.
    os.setsid()
    run(_refuse(bound))


async def _refuse(bound: socket.socket) -> None:
    server = await asyncio.get_running_loop().create_server(_Refusing, sock=bound)
    await server.serve_forever()
