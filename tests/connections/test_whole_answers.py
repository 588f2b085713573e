"""How answers leave: the usual ones in one write, all others as they come."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import StreamingResponse

from app.cli.door_keeper import DoorKeeper
from app.core.door import DOOR, Door
from app.core.request_body import read_bytes
from app.core.routing import serve_routes
from tests.connections.running import port_of

BODY = b'{"title":"Grand Rounds"}'
GET = b"GET %b HTTP/1.1\r\nhost: a\r\n\r\n"


class InParts(Response):
    """An answer that says how long it is, and comes in two parts."""

    def __init__(self, place: "Place", *, is_whole: bool) -> None:
        super().__init__(headers={"content-length": "6"})
        self._place = place
        self._is_whole = is_whole

    async def __call__(self, _scope: Any, _receive: Any, send: Any) -> None:
        headers = self.raw_headers
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        if not self._is_whole:
            message = "nothing follows"
            raise ValueError(message)
        await send({"type": "http.response.body", "body": b"one", "more_body": True})
        await self._place.go_on.wait()
        await send({"type": "http.response.body", "body": b"two"})
        self._place.said_all.set()


class Place:
    """A server that answers in different ways, and notes each write to a client."""

    def __init__(self) -> None:
        self.writes: list[bytes] = []
        self.started, self.go_on = asyncio.Event(), asyncio.Event()
        self.lost, self.said_all = asyncio.Event(), asyncio.Event()
        router = APIRouter()
        for answer in (self.whole, self.streamed, self.in_parts, self.broken, self.split):
            router.add_api_route(f"/{answer.__name__}", answer)
        router.add_api_route("/nothing/{status}", self.nothing)
        router.add_api_route("/taken", self.taken, methods=["PUT"])
        self.application = FastAPI(lifespan=self._lifespan)
        serve_routes(self.application, [router])

    @asynccontextmanager
    async def _lifespan(self, _application: FastAPI) -> AsyncIterator[dict[str, Door]]:
        self.started.set()
        yield {DOOR: Door(4, 8, self.application.state.stopping)}

    async def whole(self) -> Response:
        return Response(BODY, media_type="application/json")

    async def streamed(self) -> Response:
        async def parts() -> AsyncIterator[bytes]:
            yield b"one"
            await self.go_on.wait()
            yield b"two"

        return StreamingResponse(parts())

    async def in_parts(self) -> Response:
        return InParts(self, is_whole=True)

    async def broken(self) -> Response:
        return InParts(self, is_whole=False)

    async def split(self) -> Response:
        return Response(BODY, headers={"Location": "/a\r\nx-injected: yes"})

    async def nothing(self, status: int) -> Response:
        return Response(status_code=status, headers={"ETag": '"1"'})

    async def taken(self, request: Request) -> Response:
        return Response(await read_bytes(request, most=10))


class Noting(DoorKeeper):
    """A connection that notes what is written to it."""

    place: Place

    def connection_made(self, transport: Any) -> None:
        write = transport.write

        def note(part: bytes) -> None:
            self.place.writes.append(part)
            write(part)

        transport.write = note
        super().connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.place.lost.set()


@pytest.fixture
def place() -> Place:
    return Place()


@pytest.fixture
async def port(place: Place) -> AsyncIterator[int]:
    async with port_of(place, type("Keeper", (Noting,), {"place": place})) as port:
        yield port


@pytest.fixture
async def line(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    yield reader, writer
    writer.close()


Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def ask(line: Line, request: bytes) -> bytes:
    """Return the head of the answer."""
    line[1].write(request)
    return await line[0].readuntil(b"\r\n\r\n")


async def test_the_usual_answer_is_one_write(place: Place, line: Line) -> None:
    for _ in range(2):
        place.writes.clear()
        head = await ask(line, GET % b"/whole")
        assert head.startswith(b"HTTP/1.1 200 OK\r\n")
        assert await line[0].readexactly(len(BODY)) == BODY
        assert place.writes == [head + BODY]


async def test_requests_sent_at_once_are_answered_in_order(place: Place, line: Line) -> None:
    place.go_on.set()
    heads = [await ask(line, GET % b"/whole" + GET % b"/in_parts" + GET % b"/whole")]
    assert await line[0].readexactly(len(BODY)) == BODY
    heads.append(await ask(line, b""))
    assert await line[0].readexactly(6) == b"onetwo"
    heads.append(await ask(line, b""))
    assert await line[0].readexactly(len(BODY)) == BODY
    assert [head[:15] for head in heads] == [b"HTTP/1.1 200 OK"] * 3


@pytest.mark.parametrize(
    ("path", "first"), [(b"/streamed", b"3\r\none\r\n"), (b"/in_parts", b"one")]
)
async def test_what_comes_in_parts_is_sent_part_by_part(
    place: Place, line: Line, path: bytes, first: bytes
) -> None:
    await ask(line, GET % path)
    assert await line[0].readexactly(len(first)) == first
    place.go_on.set()
    assert b"two" in await line[0].readuntil(b"two")


async def test_head_is_answered_with_the_length_alone(line: Line) -> None:
    head = await ask(line, b"HEAD /whole HTTP/1.1\r\nhost: a\r\n\r\n")
    assert b"content-length: %d\r\n" % len(BODY) in head
    # Nothing was left in between.
    assert (await ask(line, GET % b"/nothing/204")).startswith(b"HTTP/1.1 204 ")


@pytest.mark.parametrize("status", [204, 304])
async def test_an_answer_without_a_body_keeps_the_connection(line: Line, status: int) -> None:
    for _ in range(2):
        head = await ask(line, GET % b"/nothing/%d" % status)
        assert head.startswith(b"HTTP/1.1 %d " % status)
        assert b'etag: "1"' in head
        assert b"content-length" not in head


async def test_a_body_that_is_too_large_ends_the_connection(line: Line) -> None:
    head = await ask(
        line, b"PUT /taken HTTP/1.1\r\nhost: a\r\ncontent-length: 9999\r\n\r\n" + b"a" * 99
    )
    assert head.startswith(b"HTTP/1.1 413 ")
    assert b"connection: close" in head
    assert (await line[0].read()).endswith(b"}")


async def test_a_client_that_may_go_on_sends_its_body_and_is_answered(line: Line) -> None:
    head = b"PUT /taken HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n"
    assert await ask(line, head) == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert (await ask(line, b"ok")).startswith(b"HTTP/1.1 200 ")
    assert await line[0].readexactly(2) == b"ok"


async def test_an_answer_that_breaks_off_breaks_the_connection(line: Line) -> None:
    head = await ask(line, GET % b"/broken")
    assert head.startswith(b"HTTP/1.1 200 ")
    assert await line[0].read() == b""


async def test_no_value_adds_a_header(line: Line) -> None:
    line[1].write(GET % b"/split")
    assert await line[0].read() == b""


async def test_whoever_has_gone_is_not_written_to(place: Place, port: int, line: Line) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await ask((reader, writer), GET % b"/in_parts")
    writer.transport.abort()
    await place.lost.wait()
    place.go_on.set()
    await place.said_all.wait()
    assert place.writes[-1] == b"one"
    assert (await ask(line, GET % b"/whole")).startswith(b"HTTP/1.1 200 ")
