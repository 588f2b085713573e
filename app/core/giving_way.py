"""Work that takes the processor for long gives way to other calls now and then."""

import asyncio
from typing import Final

_IN_ONE_GO: Final = 50


async def give_way(place: int) -> None:
    """Let other calls run, once in so many steps; `place` counts the steps of the work."""
    if place % _IN_ONE_GO == _IN_ONE_GO - 1:
        await asyncio.sleep(0)
