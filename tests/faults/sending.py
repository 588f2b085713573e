"""HTTP as a client that knows what it does not know: sent or not, answered or not."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NamedTuple, Protocol

import orjson

SECONDS_FOR_AN_ANSWER = 15


class NotSentError(Exception):
    """No byte of the request has left: it cannot have had an effect."""


class NoAnswerError(Exception):
    """The request has left, or a part of it, and there is no answer."""


class Request(NamedTuple):
    """A request, and the headers that make it this client's."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any = None


class Answer(NamedTuple):
    """A status, headers by their names in lower case, and a document."""

    status: int
    headers: Mapping[str, str]
    document: Any


class Sender(Protocol):
    """Whatever carries requests to a server; raises NotSentError or NoAnswerError."""

    async def send(self, request: Request) -> Answer:
        """Return the answer."""


class Wire:
    """One keep-alive connection, opened again when it is gone."""

    def __init__(self, host: str, port: int) -> None:
        self._address = host, port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def send(self, request: Request) -> Answer:
        """Send a request and return its answer."""
        reader, writer = await self._open()
        try:
            async with asyncio.timeout(SECONDS_FOR_AN_ANSWER):
                writer.write(as_bytes(request))
                await writer.drain()
                answer = await _answer(reader)
        except (OSError, EOFError, TimeoutError) as error:
            self.close()
            raise NoAnswerError from error
        except BaseException:
            self.close()
            raise
        if answer.headers.get("connection") == "close":
            self.close()
        return answer

    async def vanish(self, request: Request, share: float) -> None:
        """Send a part of a request, or the whole, and be gone before it is answered."""
        _, writer = await self._open()
        content = as_bytes(request)
        writer.write(content[: max(1, int(len(content) * share))])
        with suppress(OSError):
            await writer.drain()
        # Without a farewell, as when a machine is switched off.
        writer.transport.abort()
        self._streams = None

    def close(self) -> None:
        """Close the connection."""
        if self._streams is not None:
            self._streams[1].transport.abort()
            self._streams = None

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._streams is None or self._streams[0].at_eof():
            self.close()
            try:
                async with asyncio.timeout(SECONDS_FOR_AN_ANSWER):
                    self._streams = await asyncio.open_connection(*self._address)
            except (OSError, TimeoutError) as error:
                raise NotSentError from error
        return self._streams


def as_bytes(request: Request) -> bytes:
    """Return a request as it goes over the wire."""
    body = b"" if request.body is None else orjson.dumps(request.body)
    lines = [
        f"{request.method} {request.path} HTTP/1.1",
        "Host: faults",
        f"Content-Length: {len(body)}",
        *(["Content-Type: application/json"] if body else []),
        *(f"{name}: {value}" for name, value in request.headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def _answer(reader: asyncio.StreamReader) -> Answer:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().splitlines()
    pairs = (line.partition(":") for line in head[1:] if line)
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Answer(int(head[0].split()[1]), headers, orjson.loads(body) if body else None)
