"""The command line `pars`, with the same settings as the server.

Exit code 2: asked for wrongly (usage, settings). Exit code 1: could not be done.
"""

import gc
import signal
import sys
from types import FrameType

from app.cli.commands import COMMANDS, put_together
from app.cli.failure import Stopped, complain


def main() -> None:
    """Run the command line and end the process."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    asked = [word for word in sys.argv[1:2] if word in COMMANDS]
    # What is imported stays; looking for garbage among it would take a sixth of the time.
    gc.disable()
    application = put_together(asked or COMMANDS)
    gc.enable()
    try:
        application()
    except Exception as error:
        # What can fail is much, and a command that did not fail need not wait for its import.
        from app.cli.reasons import reason  # noqa: PLC0415

        known = reason(error)
        if known is None:
            raise
        complain(known.said)
        sys.exit(known.exit_code)


def _stop(number: int, frame: FrameType | None) -> None:
    # As an exception, so that every context that is open gets to close.
    del frame
    raise Stopped(128 + number)
