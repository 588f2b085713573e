"""How long tests wait for what has to happen: only a hang takes as long.

The machine may have others to serve, and stand still for seconds: how fast something is says
nothing here. Whoever waits for an event goes on with it at once, so that patience costs nothing.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final

PATIENCE: Final = 90.0
_SECONDS_BETWEEN_LOOKS: Final = 0.02


def until(reached: Callable[[], bool]) -> None:
    """Return when it is so."""
    deadline = time.monotonic() + PATIENCE
    while not reached():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(_SECONDS_BETWEEN_LOOKS)


async def eventually(reached: Callable[[], Awaitable[bool]]) -> None:
    """Return when it is so, and let others work meanwhile."""
    async with asyncio.timeout(PATIENCE):
        while not await reached():  # noqa: ASYNC110 - nobody tells us
            await asyncio.sleep(_SECONDS_BETWEEN_LOOKS)
