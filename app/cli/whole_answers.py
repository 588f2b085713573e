"""Answers that leave in one write: their head with all of their body.

The web server writes the head of an answer as soon as it has it. With two writes the system
is called twice, and whoever waits for the answer wakes up for half of it. A head that says
how long its body is waits here for the body; what comes in parts, and whatever else is not
the usual answer, the web server writes as it always does.
"""

from typing import Any, Final

from starlette.types import Message
from uvicorn.protocols.http.httptools_impl import (
    HEADER_RE,
    HEADER_VALUE_RE,
    STATUS_LINE,
    RequestResponseCycle,
)

# What these say becomes of the connection is up to the web server.
_SPECIAL: Final = frozenset({b"connection", b"transfer-encoding"})


class WholeAnswer:
    """What is sent for one request, on its way to the client."""

    def __init__(self, cycle: RequestResponseCycle) -> None:
        self._cycle = cycle
        self._head: Any = None

    async def send(self, message: Message) -> None:
        """Send the head or a part of the body."""
        if self._cycle.transport.is_closing():
            self._tell_that_nobody_reads()
        if message["type"] == "http.response.start":
            cycle = self._cycle
            cycle.keep_alive = cycle.keep_alive and not is_left_waiting(cycle)
            if _has_length(message):
                self._head = message
                return
        head, self._head = self._head, None
        if head is not None:
            if self._write(head, message):
                return
            await self._cycle.send(head)
        await self._cycle.send(message)  # type: ignore[arg-type]

    async def send_head(self) -> None:
        """Send a head that no body has followed."""
        if self._head is not None:
            await self._cycle.send(self._head)

    def _tell_that_nobody_reads(self) -> None:
        # When the client has sent its next request already, the web server tells only that one.
        self._cycle.disconnected = True
        self._cycle.message_event.set()

    def _write(self, head: Message, message: Message) -> bool:
        """Write the whole answer, if this is all of it and nothing about it is special."""
        cycle = self._cycle
        if cycle.disconnected or cycle.flow.write_paused or not cycle.keep_alive:
            return False
        headers: list[tuple[bytes, bytes]] = [*cycle.default_headers, *head["headers"]]
        body = message.get("body", b"")
        if message.get("more_body") or not _are_plain(headers, len(body)):
            return False
        answer = [STATUS_LINE[head["status"]]]
        for name, value in headers:
            answer += (name, b": ", value, b"\r\n")
        cycle.transport.write(b"".join((*answer, b"\r\n", body)))
        cycle.waiting_for_100_continue = False
        cycle.response_started = cycle.response_complete = True
        cycle.message_event.set()
        cycle.on_response()
        return True


def is_left_waiting(cycle: RequestResponseCycle) -> bool:
    """Tell whether the client still waits for permission to send its body.

    Once it is answered it may send the body all the same, or not, and nobody could tell the
    body from another request: the connection has to end there.
    """
    return cycle.waiting_for_100_continue and cycle.more_body


def _has_length(head: Message) -> bool:
    return b"content-length" in dict(head["headers"])


def _are_plain(headers: list[tuple[bytes, bytes]], length: int) -> bool:
    """Tell whether these headers may stand as they are before a body of this length."""
    names, values = zip(*headers, strict=True)
    return (
        (b"content-length", b"%d" % length) in headers
        and not _SPECIAL.intersection(names)
        and not HEADER_RE.search(b"".join(names))
        and not HEADER_VALUE_RE.search(b"".join(values))
    )
