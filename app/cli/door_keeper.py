"""What the web server does with a request that has just come: it asks at the door.

A request that is turned away is answered here, from what is ready, before the web server
makes a task of it and the application a request. To refuse has to be nearly free, because
it is done most often when there is no time for it: what has come whole, of a caller whose
queue is too long, is not even given to the parser.
"""

from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from app.cli.bounded_connection import BoundedConnection
from app.cli.plain_request import plain_request
from app.cli.refusals import Refusal
from app.cli.whole_answers import WholeAnswer, is_left_waiting
from app.core.admission import busy
from app.core.callers import Visit
from app.core.door import DOOR, Door

# Whoever watches the process gets an answer also when it has too much to do.
_WATCHED: Final = frozenset({"/livez", "/readyz", "/metrics"})


_BUSY: Final = Refusal.ready(busy())


class DoorKeeper(BoundedConnection):
    """The web server's own connection, which begins what the door lets in."""

    def data_received(self, data: bytes) -> None:
        """Refuse at once what is to be refused, and have the parser read everything else."""
        if not self._is_refused(data):
            super().data_received(data)

    def _is_refused(self, data: bytes) -> bool:
        door: Door | None = self.app_state.get(DOOR)
        if door is None or not door.is_besieged or door.stopping.announced:
            return False
        if self.is_reading or not (self.cycle is None or self.cycle.response_complete):
            return False
        scope = plain_request(data, self.client)
        if scope is None or scope["path"] in _WATCHED or not door.turns_away(_caller_of(scope)):
            return False
        self._unset_keepalive_if_required()
        _BUSY.count_for(scope, 0.0)
        self.transport.write(_BUSY.answer(scope, self, keep_alive=True))
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
        _BUSY.count_for(cycle.scope, connection.loop.time() - self.came)
        if cycle.disconnected:
            return
        last = self._door.stopping.announced or is_left_waiting(cycle)
        cycle.keep_alive = cycle.keep_alive and not last
        cycle.response_started = cycle.response_complete = True
        answer = _BUSY.answer(cycle.scope, connection, keep_alive=cycle.keep_alive)
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


def _caller_of(scope: Any) -> int:
    """Return who calls, as far as it is known before anything is done for the request."""
    for name, value in scope["headers"]:
        if name == b"authorization":
            return hash(value)
    return hash(scope["client"] and scope["client"][0])
