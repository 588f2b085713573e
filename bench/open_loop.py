"""Calls at a rate of our own choosing, whatever the server makes of it: an open loop.

A caller of a closed loop waits for its answer before it asks again, and so is gentle to a
server that is too slow. Here calls come as they come, by chance, each on a connection that
is free. How long an answer took is counted from the moment the call was due.
"""

import asyncio
import math
import random
from array import array
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar, cast
from urllib.parse import urlsplit

import uvloop

from bench.clients import Call

# Who has waited so long has gone; the answer would be for nobody.
PATIENCE: Final = 2.0
_MOST_CONNECTIONS: Final = 4000
_FIRST_CONNECTIONS: Final = 64
_FIRST_ERROR: Final = 400
_TICK: Final = 0.001

T = TypeVar("T")


@dataclass(slots=True)
class Answers:
    """What came back: seconds of the good answers and of the refusals, and what never came."""

    good: "array[float]" = field(default_factory=lambda: array("d"))
    refused: "array[float]" = field(default_factory=lambda: array("d"))
    lost: int = 0

    def add(self, status: int, seconds: float) -> None:
        """Count an answer; status 0 is none, and one that came too late is none either."""
        if status == 0 or seconds > PATIENCE:
            self.lost += 1
        elif status < _FIRST_ERROR:
            self.good.append(seconds)
        else:
            self.refused.append(seconds)


def milliseconds(seconds: "array[float]", part: float) -> float:
    """Return the time within which this part of the answers came; 0 when there is none."""
    if not seconds:
        return 0.0
    return sorted(seconds)[math.ceil(part * len(seconds)) - 1] * 1000


def raw(call: Call, host: str, key: str) -> bytes:
    """Return a call as it goes over the wire."""
    head = [f"{call.method} {call.path} HTTP/1.1", f"host: {host}", f"authorization: Bearer {key}"]
    if call.body:
        head += ["content-type: application/json"]
    if call.body or call.method != "GET":
        head += [f"content-length: {len(call.body)}"]
    return "\r\n".join([*head, "", ""]).encode() + call.body


class _Connection(asyncio.Protocol):
    """A connection with one call at a time on it."""

    def __init__(self, loop: "OpenLoop") -> None:
        self._loop = loop
        self._transport: asyncio.Transport | None = None
        self._seen = b""
        self._due = 0.0
        self.busy = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # The fast loop has transports of its own, which are of this kind by what they do.
        self._transport = cast("asyncio.Transport", transport)

    def send(self, request: bytes, due: float) -> None:
        if self._transport is None:
            self._loop.answered(0, due)
            return
        self._due, self.busy, self._seen = due, True, b""
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._seen += data
        end = self._seen.find(b"\r\n\r\n")
        if end < 0:
            return
        at = self._seen.find(b"content-length: ", 0, end)
        length = int(self._seen[at + 16 : self._seen.find(b"\r\n", at)]) if at > 0 else 0
        if len(self._seen) >= end + 4 + length and self.busy:
            self.busy = False
            self._loop.answered(int(self._seen[9:12]), self._due)
            self._loop.free.append(self)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._transport = None
        self._loop.gone(self)
        if self.busy:
            self.busy = False
            self._loop.answered(0, self._due)

    def give_up(self, before: float) -> None:
        if self.busy and self._due < before and self._transport is not None:
            self._transport.abort()


class OpenLoop:
    """Makes calls to one server at a rate, and hands each answer on."""

    def __init__(
        self, url: str, requests: Sequence[bytes], seen: Callable[[int, float], None]
    ) -> None:
        """Prepare to make these calls in turn; `seen` is told status and seconds of each."""
        address = urlsplit(url)
        self._host, self._port = address.hostname or "", address.port or 80
        self._requests, self._seen = requests, seen
        self._clock = asyncio.get_running_loop().time
        self._all: set[_Connection] = set()
        self._opening = 0
        self._waiting: list[tuple[bytes, float]] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self.free: list[_Connection] = []

    async def run(self, rate: float, seconds: float, seed: float = 0) -> None:
        """Make calls for so many seconds, and wait for the answers to the last ones."""
        await asyncio.gather(*(self._connect() for _ in range(_FIRST_CONNECTIONS)))
        chance = random.Random(rate + seed)
        began = due = self._clock()
        position, looked = 0, began
        while due < began + seconds:
            now = self._clock()
            while due <= now and due < began + seconds:
                self._send(self._requests[position % len(self._requests)], due)
                position += 1
                due += chance.expovariate(rate)
            if now > looked + PATIENCE / 4:
                looked = now
                self._give_up(now - PATIENCE)
            await asyncio.sleep(_TICK)
        await asyncio.sleep(PATIENCE)
        self._give_up(math.inf)
        await asyncio.sleep(_TICK)
        for connection in list(self._all):
            connection.give_up(math.inf)

    def answered(self, status: int, due: float) -> None:
        """Hand on an answer."""
        self._seen(status, self._clock() - due)

    def gone(self, connection: _Connection) -> None:
        """Forget a connection that was closed."""
        self._all.discard(connection)
        if connection in self.free:
            self.free.remove(connection)

    def _send(self, request: bytes, due: float) -> None:
        if self.free:
            self.free.pop().send(request, due)
        elif len(self._all) + self._opening >= _MOST_CONNECTIONS:
            self.answered(0, due)
        else:
            self._waiting.append((request, due))
            task = asyncio.create_task(self._connect())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _connect(self) -> None:
        self._opening += 1
        try:
            _, connection = await asyncio.get_running_loop().create_connection(
                lambda: _Connection(self), self._host, self._port
            )
        except OSError:
            if self._waiting:
                self.answered(0, self._waiting.pop(0)[1])
            return
        finally:
            self._opening -= 1
        self._all.add(connection)
        if self._waiting:
            connection.send(*self._waiting.pop(0))
        else:
            self.free.append(connection)

    def _give_up(self, before: float) -> None:
        for connection in list(self._all):
            connection.give_up(before)


async def offer(url: str, requests: Sequence[bytes], rate: float, seconds: float) -> Answers:
    """Make calls at this rate, and return what came back."""
    answers = Answers()
    await OpenLoop(url, requests, answers.add).run(rate, seconds)
    return answers


def run(work: Awaitable[T]) -> T:
    """Run on the fast event loop, so that the caller takes little of the machine."""

    async def do() -> T:
        return await work

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(do())
