"""A server with room for one request, and a connection to it that is written by hand."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import StreamingResponse

from app.core.admission import busy
from app.core.door import DOOR, Door
from app.core.routing import serve_routes
from app.core.stopping import Stopping

PATH = "/v1/owners/1/th%C3%AFngs"


class Place:
    """A server with room for one request, which is served for as long as the test wants."""

    def __init__(self) -> None:
        self.served: list[bytes] = []
        self.started, self.full, self.go_on = (asyncio.Event() for _ in range(3))
        self.left = asyncio.Event()
        router = APIRouter()
        router.add_api_route("/livez", self._live)
        router.add_api_route("/busy", self._busy)
        router.add_api_route("/file", self._file, response_class=Response)
        router.add_api_route("/later", self._read_later, methods=["PUT"])
        router.add_api_route("/{path:path}", self._serve, methods=["GET", "PUT"])
        self.application = FastAPI(lifespan=self._lifespan)
        serve_routes(self.application, [router])
        self.stopping: Stopping = self.application.state.stopping

    @asynccontextmanager
    async def _lifespan(self, _application: FastAPI) -> AsyncIterator[dict[str, Door]]:
        self.started.set()
        yield {DOOR: Door(1, 1, self.stopping)}

    async def _live(self) -> Response:
        return Response(status_code=204)

    async def _busy(self) -> Response:
        raise busy()

    async def _file(self) -> Response:
        async def lines() -> AsyncIterator[bytes]:
            try:
                while not self.go_on.is_set():
                    yield b"line\n"
                    await asyncio.sleep(0.005)
            finally:
                self.left.set()

        return StreamingResponse(lines())

    async def _serve(self, request: Request) -> Response:
        self.served.append(await request.body())
        self.full.set()
        await self.go_on.wait()
        return Response(status_code=204)

    async def _read_later(self, request: Request) -> Response:
        await self.go_on.wait()
        return Response(str(len(await request.body())))

    async def one_is_served(self, client: httpx.AsyncClient) -> "asyncio.Task[httpx.Response]":
        """Take up the room."""
        served = asyncio.create_task(client.get(PATH))
        await self.full.wait()
        return served


class Line:
    """A connection that is written and read by hand."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def ask(self, request: bytes) -> tuple[bytes, bytes]:
        """Return the head and the body of the answer."""
        self._writer.write(request)
        return await self.answer(has_body=not request.startswith(b"HEAD"))

    def send(self, part: bytes) -> None:
        self._writer.write(part)

    async def answer(self, *, has_body: bool = True) -> tuple[bytes, bytes]:
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = int(head.partition(b"content-length: ")[2].partition(b"\r")[0] or b"0")
        return head, await self._reader.readexactly(length if has_body else 0)

    async def is_closed(self) -> bool:
        return await self._reader.read() == b""

    async def send_and_go(self, requests: bytes) -> None:
        """Send requests and break the connection as soon as one of them is being answered."""
        self._writer.write(requests)
        await self._reader.readuntil(b"line\n")
        self._writer.transport.abort()

    def close(self) -> None:
        self._writer.close()
