"""What the web server does with a request that has just come: it asks at the door.

A request that is turned away is answered here, from what is ready, before the web server
makes a task of it and the application a request. To refuse has to be nearly free, because
it is done most often when there is no time for it.
"""

from typing import Any, Final

import orjson
from starlette.requests import Request
from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

from app.core.admission import busy
from app.core.callers import Visit
from app.core.door import DOOR, Door
from app.core.metrics import count_request
from app.core.middleware import ALWAYS, UNLESS_SAID, request_id_of
from app.core.problem_document import PROBLEM_JSON, problem_document

# Whoever watches the process gets an answer also when it has too much to do.
_WATCHED: Final = frozenset({"/livez", "/readyz", "/metrics"})
_BUSY: Final = busy()
_STATUS: Final = _BUSY.kind.status
_DOCUMENT: Final = problem_document(_BUSY, Request({"type": "http", "path": ""}))
_HEAD: Final = b"".join(
    name.encode() + b": " + value.encode() + b"\r\n"
    for name, value in (("content-type", PROBLEM_JSON), *_BUSY.headers.items())
) + b"".join(name + b": " + value + b"\r\n" for name, value in (*ALWAYS, *UNLESS_SAID))


class DoorKeeper(HttpToolsProtocol):
    """The web server's own connection, which begins what the door lets in."""

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        door: Door | None = self.app_state.get(DOOR)
        if door is None or cycle.scope["path"] in _WATCHED:
            self.begin(cycle, app)
        else:
            door.arrive(_Request(self, cycle, app, door), _caller_of(cycle.scope))

    def begin(self, cycle: RequestResponseCycle, app: Any) -> None:
        """Serve the request, as the web server would have done at once."""
        super()._start_asgi_task(cycle, app)


class _Request(Visit):
    """A request of which the head has been read; the body may still be on its way."""

    __slots__ = ("_app", "_connection", "_cycle", "_door")

    def __init__(
        self, connection: DoorKeeper, cycle: RequestResponseCycle, app: Any, door: Door
    ) -> None:
        super().__init__()
        self._connection = connection
        self._cycle = cycle
        self._app = app
        self._door = door

    def begin(self) -> None:
        if self._cycle.disconnected:
            self._connection.loop.call_soon(self._door.leave, self)
        else:
            self._connection.begin(self._cycle, self._serve)

    def refuse(self) -> None:
        connection, cycle = self._connection, self._cycle
        scope: Any = cycle.scope
        scope["state"]["problem"] = _BUSY.kind.code
        count_request(scope, scope["method"], _STATUS, connection.loop.time() - self.came)
        if cycle.disconnected:
            return
        # Whoever waits for permission to send its body may send it all the same, or not.
        last = self._door.stopping.announced or cycle.waiting_for_100_continue
        cycle.keep_alive = cycle.keep_alive and not last
        cycle.response_started = cycle.response_complete = True
        connection.transport.write(_answer(cycle, connection.server_state.default_headers))
        if not cycle.keep_alive:
            connection.transport.close()
        if connection.pipeline:
            # The next one may be refused as well, and the one behind it.
            connection.loop.call_soon(cycle.on_response)
        else:
            cycle.on_response()

    async def _serve(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await self._app(scope, receive, send)
        finally:
            self._door.leave(self)


def _answer(cycle: RequestResponseCycle, defaults: list[tuple[bytes, bytes]]) -> bytes:
    """Return the answer that the frame around a request would have given."""
    scope: Any = cycle.scope
    request_id = request_id_of(scope)
    path = scope["raw_path"].decode("latin-1")
    document = orjson.dumps(_DOCUMENT | {"instance": path, "request_id": request_id})
    return b"".join(
        (
            STATUS_LINE[_STATUS],
            *(b"%b: %b\r\n" % header for header in defaults),
            _HEAD,
            b"x-request-id: %b\r\n" % request_id.encode(),
            b"content-length: %d\r\n" % len(document),
            b"" if cycle.keep_alive else b"connection: close\r\n",
            b"\r\n",
            b"" if scope["method"] == "HEAD" else document,
        )
    )


def _caller_of(scope: Any) -> int:
    """Return who calls, as far as it is known before anything is done for the request."""
    for name, value in scope["headers"]:
        if name == b"authorization":
            return hash(value)
    return hash(scope["client"] and scope["client"][0])
