"""A serving process that is told to stop, until the web server hears of it.

The web server stops listening, and closes idle connections, as soon as it hears of a
signal. It hears of ours when everybody was told and all that was under way is answered.
"""

import asyncio
import multiprocessing
import signal
from collections.abc import Callable
from types import FrameType
from typing import Any, Final

from app.core.stopping import Stopping

# With the notice, the parent's half a second and the end of the database: within 20 seconds.
FINISH_WITHIN: Final = 12.0
# A process with nothing under way refuses for a moment, too, before it closes what is idle:
# a request that is on its way then would get no answer.
_SECONDS_TO_REFUSE: Final = 0.5
SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)


def stop_in_order(stopping: Stopping, notice: float, told: Callable[[], object]) -> None:
    """Take the signals over from the web server; `told` is called when the first one comes.

    A person at a terminal (SIGINT) need not wait for the notice to pass, and by asking a
    second time leaves the order to the web server.
    """
    loop = asyncio.get_running_loop()
    server_hears: dict[int, Any] = {number: signal.getsignal(number) for number in SIGNALS}
    ends: list[asyncio.Task[None]] = []

    async def end(number: int) -> None:
        heeded = notice if number == signal.SIGTERM else 0.0
        await asyncio.sleep(heeded)
        stopping.refuse()
        await asyncio.sleep(min(heeded, _SECONDS_TO_REFUSE))
        await stopping.all_answered(FINISH_WITHIN)
        server_hears[number](number, None)

    def hear(number: int, frame: FrameType | None) -> None:
        if _is_orphan() or (stopping.announced and number == signal.SIGINT):
            # The next server may be waiting for the port of one whose parent is gone.
            server_hears[number](number, frame)
        elif not stopping.announced:
            stopping.announce()
            told()
            loop.call_soon_threadsafe(lambda: ends.append(loop.create_task(end(number))))

    for number in SIGNALS:
        signal.signal(number, hear)


def _is_orphan() -> bool:
    parent = multiprocessing.parent_process()
    return parent is not None and not parent.is_alive()
