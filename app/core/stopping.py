"""The end of a serving process, in order: it says so, refuses new work, finishes the rest.

Whoever spreads requests over several servers looks at /readyz every few seconds, and sends
requests until it has looked. A server that is told to stop therefore says so there first
and serves on; then it refuses what still comes, and ends when all it had taken is answered.
"""

import asyncio
from typing import Final

from app.core.errors import ProblemError, declare

SERVER_STOPPING = declare(
    "server.stopping",
    503,
    "The server is about to stop",
    "Nothing was saved. Open a new connection and send the same request again after the "
    "seconds in `Retry-After`.",
)
_SECONDS_BETWEEN_LOOKS: Final = 0.02


class Stopping:
    """How far the end of this process has come, and how many requests are under way."""

    def __init__(self) -> None:
        self.announced = False
        self.refusing = False
        self.under_way = 0

    def announce(self) -> None:
        """Say at /readyz that the end is near, and ask clients for new connections."""
        self.announced = True

    def refuse(self) -> None:
        """Refuse new work from now on."""
        self.announced = self.refusing = True

    async def all_answered(self, within: float) -> None:
        """Return when no request is under way any more, or after so many seconds."""
        for _ in range(round(within / _SECONDS_BETWEEN_LOOKS)):
            if not self.under_way:
                return
            await asyncio.sleep(_SECONDS_BETWEEN_LOOKS)


def about_to_stop() -> ProblemError:
    """Return the refusal of a server that is about to stop."""
    detail = "The server is about to stop. Another one, or the next one, serves the request."
    return ProblemError(SERVER_STOPPING, detail, headers={"Retry-After": "1"})
