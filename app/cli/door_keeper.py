"""What the web server does with a request that has just come: it asks at the door.

A request that is turned away is answered here, from what is ready, before the web server
makes a task of it and the application a request. To refuse has to be nearly free, because
it is done most often when there is no time for it: what has come whole, of a caller whose
queue is too long, is not even given to the parser. A head that does not end is refused here
as well: the parser would keep all of it.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import orjson
from starlette.requests import Request
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from app.cli.plain_request import plain_request
from app.cli.strict_connection import StrictConnection
from app.cli.whole_answers import WholeAnswer, is_left_waiting
from app.core.admission import busy
from app.core.callers import Visit
from app.core.door import DOOR, Door
from app.core.errors import ProblemError
from app.core.metrics import count_request
from app.core.middleware import ALWAYS, ONLY_TLS, UNLESS_SAID, request_id_of
from app.core.problem_document import PROBLEM_JSON, problem_document
from app.core.problem_responses import MOST_BYTES_OF_A_HEAD, head_too_large

# Whoever watches the process gets an answer also when it has too much to do.
_WATCHED: Final = frozenset({"/livez", "/readyz", "/metrics"})


class _Refusal(NamedTuple):
    """A refusal that is ready to be sent."""

    code: str
    status: int
    document: Mapping[str, Any]
    headers: bytes


def _ready(refusal: ProblemError) -> _Refusal:
    said = [("content-type", PROBLEM_JSON), *refusal.headers.items()]
    headers = [(name.lower().encode(), value.encode()) for name, value in said]
    document = problem_document(refusal, Request({"type": "http", "path": ""}))
    lines = [b"%b: %b\r\n" % header for header in (*headers, *ALWAYS, *UNLESS_SAID)]
    return _Refusal(refusal.kind.code, refusal.kind.status, document, b"".join(lines))


_BUSY: Final = _ready(busy())
_HEAD_TOO_LARGE: Final = _ready(head_too_large())
# So long what goes on coming is dropped, until the client has read that it is refused.
_SECONDS_TO_LEAVE_UNREAD: Final = 0.5
# What the frame counts where no request could be read.
_NO_REQUEST: Final[Mapping[str, Any]] = {
    "method": "unknown",
    "raw_path": b"",
    "headers": (),
    "client": None,
}


class DoorKeeper(StrictConnection):
    """The web server's own connection, which begins what the door lets in."""

    _is_reading = False
    # Bytes that the parser was given since it gave anything of a request on.
    _kept_by_parser = 0
    _reads_no_more = False

    def on_message_begin(self) -> None:
        """Note that the parser has a part of a request."""
        self._is_reading = True
        super().on_message_begin()

    def on_body(self, body: bytes) -> None:
        """Note that the parser keeps nothing of the request."""
        self._kept_by_parser = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Note that the parser has nothing of the next request."""
        self._is_reading = False
        self._kept_by_parser = 0
        super().on_message_complete()

    def data_received(self, data: bytes) -> None:
        """Refuse at once what is to be refused, and have the parser read everything else."""
        if self._reads_no_more or self._is_refused(data):
            return
        self._kept_by_parser += len(data)
        super().data_received(data)
        if self._kept_by_parser > MOST_BYTES_OF_A_HEAD and not self.transport.is_closing():
            self._reads_no_more = True
            self._refuse_head()

    def _refuse_head(self) -> None:
        if self._ends_with_an_answer():
            return
        if self.cycle is not None and not self.cycle.response_complete:
            # Within a request of which a part is still to come nothing can be said.
            self.transport.close()
            return
        scope = {**_NO_REQUEST, "state": {}}
        _count(_HEAD_TOO_LARGE, scope, 0.0)
        self.transport.write(_answer(_HEAD_TOO_LARGE, scope, self, keep_alive=False))
        # A connection that is closed while something on it is unread loses the answer with it.
        self.loop.call_later(_SECONDS_TO_LEAVE_UNREAD, self.transport.close)

    def _is_refused(self, data: bytes) -> bool:
        door: Door | None = self.app_state.get(DOOR)
        if door is None or not door.is_besieged or door.stopping.announced:
            return False
        if self._is_reading or not (self.cycle is None or self.cycle.response_complete):
            return False
        scope = plain_request(data, self.client)
        if scope is None or scope["path"] in _WATCHED or not door.turns_away(_caller_of(scope)):
            return False
        self._unset_keepalive_if_required()
        _count(_BUSY, scope, 0.0)
        self.transport.write(_answer(_BUSY, scope, self, keep_alive=True))
        self.on_response_complete()
        return True

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self.due = cycle
        door: Door | None = self.app_state.get(DOOR)
        if door is None or cycle.scope["path"] in _WATCHED:
            cycle.keep_alive = cycle.keep_alive and not is_left_waiting(cycle)
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
        _count(_BUSY, cycle.scope, connection.loop.time() - self.came)
        if cycle.disconnected:
            return
        last = self._door.stopping.announced or is_left_waiting(cycle)
        cycle.keep_alive = cycle.keep_alive and not last
        cycle.response_started = cycle.response_complete = True
        answer = _answer(_BUSY, cycle.scope, connection, keep_alive=cycle.keep_alive)
        connection.transport.write(answer)
        if not cycle.keep_alive:
            connection.transport.close()
        if connection.pipeline:
            # The next one may be refused as well, and the one behind it.
            connection.loop.call_soon(cycle.on_response)
        else:
            cycle.on_response()

    async def _serve(self, scope: Any, receive: Any, _send: Any) -> None:
        answer = WholeAnswer(self._cycle)
        try:
            await self._app(scope, receive, answer.send)
        finally:
            self._door.leave(self)
            await answer.send_head()


def _count(refusal: _Refusal, scope: Any, seconds: float) -> None:
    scope["state"]["problem"] = refusal.code
    count_request(scope, scope["method"], refusal.status, seconds)


def _answer(refusal: _Refusal, scope: Any, connection: DoorKeeper, *, keep_alive: bool) -> bytes:
    """Return the answer that the frame around a request would have given."""
    request_id = request_id_of(scope)
    path = scope["raw_path"].decode("latin-1")
    document = orjson.dumps({**refusal.document, "instance": path, "request_id": request_id})
    return b"".join(
        (
            STATUS_LINE[refusal.status],
            *(b"%b: %b\r\n" % header for header in connection.server_state.default_headers),
            refusal.headers,
            b"%b: %b\r\n" % ONLY_TLS if _is_secure(scope, connection) else b"",
            b"x-request-id: %b\r\n" % request_id.encode(),
            b"content-length: %d\r\n" % len(document),
            b"" if keep_alive else b"connection: close\r\n",
            b"\r\n",
            b"" if scope["method"] == "HEAD" else document,
        )
    )


def _is_secure(scope: Any, connection: DoorKeeper) -> bool:
    """Tell whether the client came by TLS, as a proxy says that the web server trusts."""
    said = [value for name, value in scope["headers"] if name == b"x-forwarded-proto"]
    proxies = getattr(connection.app, "trusted_hosts", ())
    trusted = said and scope["client"] and scope["client"][0] in proxies
    return said[-1].strip() == b"https" if trusted else connection.scheme == "https"


def _caller_of(scope: Any) -> int:
    """Return who calls, as far as it is known before anything is done for the request."""
    for name, value in scope["headers"]:
        if name == b"authorization":
            return hash(value)
    return hash(scope["client"] and scope["client"][0])
