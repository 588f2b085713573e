"""Who may wait for the database: a bounded queue in front of the connections.

When the database is slower than the requests come, a queue without an end makes every
answer late and none good. Beyond the bound a request is turned away at once, and the
client is told when to come back.
"""

import asyncio
from collections import OrderedDict, deque
from contextlib import suppress

from app.core.errors import ProblemError, declare

SERVER_BUSY = declare(
    "server.busy",
    503,
    "The server is busy",
    "Nothing was saved. Send the same request again after the seconds in `Retry-After`.",
)
OUTCOME_UNKNOWN = declare(
    "server.outcome_unknown",
    503,
    "It is not known whether the request was saved",
    "Send the same request again, a POST under the same `Idempotency-Key`; after a PATCH "
    "read the record first.",
)


def outcome_unknown() -> ProblemError:
    """Return the answer to a request whose database went away while it was saving."""
    return ProblemError(
        OUTCOME_UNKNOWN,
        "The database went away while it was saving.",
        headers={"Retry-After": "1"},
        members={"saved": None},
    )


def busy() -> ProblemError:
    """Return the refusal of a request that could not be served in time."""
    return ProblemError(
        SERVER_BUSY,
        "The database could not serve the request in time.",
        headers={"Retry-After": "1"},
    )


class Admission:
    """Lets as many in as there are connections, lets some wait, and turns the rest away.

    Those who wait are let in by turns, one of each kind, such as of each provider: whoever
    sends fifty times as much as others waits behind its own requests and not they behind
    them. No kind may take up more than half of the room to wait in.
    """

    def __init__(self, places: int, most_waiting: int) -> None:
        self._free = places
        self._most_waiting = most_waiting
        self._most_of_a_kind = (most_waiting + 1) // 2
        self._waiting = 0
        self._queues: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    async def enter(self, kind: str) -> None:
        """Take a place, or wait for one; raise 503 when too many wait already."""
        if self._free:
            self._free -= 1
            return
        queue = self._queues.setdefault(kind, deque())
        if self._waiting >= self._most_waiting or len(queue) >= self._most_of_a_kind:
            self._forget_when_empty(kind)
            raise busy()
        turn = asyncio.get_running_loop().create_future()
        queue.append(turn)
        self._waiting += 1
        try:
            await turn
        except asyncio.CancelledError:
            if turn.cancelled():
                # Whoever left a moment ago may have passed over it already.
                with suppress(ValueError):
                    queue.remove(turn)
                self._forget_when_empty(kind)
            else:
                # The turn had come, and is the next one's now.
                self.leave()
            raise
        finally:
            self._waiting -= 1

    def leave(self) -> None:
        """Give the place to the one whose turn it is."""
        while self._queues:
            kind, queue = next(iter(self._queues.items()))
            turn = queue.popleft()
            self._queues.move_to_end(kind)
            self._forget_when_empty(kind)
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1

    def _forget_when_empty(self, kind: str) -> None:
        if not self._queues.get(kind, True):
            del self._queues[kind]
