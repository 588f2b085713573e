import asyncio
import os
import signal

from app.cli.orderly_stop import SIGNALS, stop_in_order
from app.core.stopping import Stopping
from tests.patience import PATIENCE

NOTICE = 0.2


async def test_who_has_nothing_under_way_refuses_for_a_moment_before_the_server_hears() -> None:
    clock, heard = asyncio.get_running_loop().time, asyncio.Event()
    before = {number: signal.signal(number, lambda *_: heard.set()) for number in SIGNALS}
    stopping = Stopping()
    try:
        stop_in_order(stopping, NOTICE, lambda: None)
        told_at = clock()
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(heard.wait(), PATIENCE)
        assert stopping.refusing
        # It refuses no longer than it gave notice.
        assert clock() - told_at >= 2 * NOTICE
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
