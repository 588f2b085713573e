"""Who may wait for the database: a bounded queue in front of the connections.

When the database is slower than the requests come, a queue without an end makes every
answer late and none good. Beyond the bound a request is turned away at once, and the
client is told when to come back.
"""

import asyncio
from types import TracebackType

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
    """Lets as many in as there are connections, lets some wait, and turns the rest away."""

    def __init__(self, places: int, most_waiting: int) -> None:
        self._places = asyncio.Semaphore(places)
        self._most_waiting = most_waiting
        self._waiting = 0

    async def __aenter__(self) -> None:
        """Take a place, or wait for one in turn; raise 503 when too many wait already."""
        if not self._places.locked():
            await self._places.acquire()
            return
        if self._waiting >= self._most_waiting:
            raise busy()
        self._waiting += 1
        try:
            await self._places.acquire()
        finally:
            self._waiting -= 1

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the place to whoever waited longest."""
        self._places.release()
