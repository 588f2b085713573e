"""A connection of a client who has to come to an end with what it says.

The web server keeps all of a head until it ends, and waits for the rest of a request for as long
as the client is there. Whoever sends half of very many requests would so take up all the room.
"""

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from app.cli.refusals import NO_REQUEST, Refusal
from app.cli.strict_connection import StrictConnection
from app.core.problem_responses import MOST_BYTES_OF_A_HEAD, head_too_large, request_too_slow

_HEAD_TOO_LARGE: Final = Refusal.ready(head_too_large())
_TOO_SLOW: Final = Refusal.ready(request_too_slow())
# So long what goes on coming is dropped, until the client has read that it is refused.
_SECONDS_TO_LEAVE_UNREAD: Final = 0.5
_SECONDS_BETWEEN_LOOKS: Final = 10.0
_LOOKS_IN_SILENCE: Final = 6


class BoundedConnection(StrictConnection):
    """The web server's own connection, with an end to its patience."""

    # Bytes that the parser was given since it gave anything of a request on.
    _kept_by_parser = 0
    _reads_no_more = False
    # How often in a row the client was found silent when it was its turn to say something.
    _looks_in_silence = 0
    _next_look: asyncio.TimerHandle | None = None
    is_reading = False
    """Whether the parser has a part of a request."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Look after the client now and then."""
        super().connection_made(transport)
        self._look_later()

    def connection_lost(self, exc: Exception | None) -> None:
        """Look after it no more."""
        if self._next_look is not None:
            self._next_look.cancel()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """Note that the parser has a part of a request."""
        self.is_reading = True
        super().on_message_begin()

    def on_body(self, body: bytes) -> None:
        """Note that the parser keeps nothing of the request."""
        self._kept_by_parser = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Note that the parser has nothing of the next request."""
        self.is_reading = False
        self._kept_by_parser = 0
        super().on_message_complete()

    def data_received(self, data: bytes) -> None:
        """Have the parser read, and refuse a head that does not end."""
        if self._reads_no_more:
            return
        self._looks_in_silence = 0
        self._kept_by_parser += len(data)
        super().data_received(data)
        if self._kept_by_parser > MOST_BYTES_OF_A_HEAD and not self.transport.is_closing():
            self._end(_HEAD_TOO_LARGE)

    def _look_later(self) -> None:
        self._next_look = self.loop.call_later(_SECONDS_BETWEEN_LOOKS, self._look)

    def _look(self) -> None:
        # Whom nothing was answered yet the web server leaves all its time to say anything.
        is_new = self.due is None and self.timeout_keep_alive_task is None
        its_turn = self.is_reading or is_new
        if its_turn and not self.flow.read_paused:
            self._looks_in_silence += 1
        if self._looks_in_silence < _LOOKS_IN_SILENCE:
            self._look_later()
        elif self.is_reading:
            self._end(_TOO_SLOW)
        else:
            self.transport.close()

    def _end(self, refusal: Refusal) -> None:
        """End the connection with the answer that is due, or with this one."""
        self._reads_no_more = True
        if self._ends_with_an_answer():
            return
        cycle: RequestResponseCycle | None = self.cycle
        scope: Any = {**NO_REQUEST, "state": {}}
        if cycle is None or cycle.response_complete:
            refusal.count_for(scope, 0.0)
        elif cycle.response_started:
            self.transport.close()
            return
        else:
            # What waits for the rest of it is told that nothing comes any more, and counts that.
            scope = cycle.scope
            cycle.disconnected = True
            cycle.message_event.set()
        self.transport.write(refusal.answer(scope, self, keep_alive=False))
        # A connection that is closed while something on it is unread loses the answer with it.
        self.loop.call_later(_SECONDS_TO_LEAVE_UNREAD, self.transport.close)
