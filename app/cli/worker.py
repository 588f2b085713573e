"""What each serving process runs: the application, tied to the life of its parent."""

import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable

from fastapi import FastAPI

from app.cli.orderly_stop import stop_in_order
from app.core.log import configure_logging
from app.settings import load_settings


def build(told_to_stop: Callable[[], object] = lambda: None) -> FastAPI:
    """Build the application in a serving process, which then stops in order."""
    # What is imported is no garbage, as in the command line. The parent of several processes
    # imports this module, and does not need the application.
    gc.disable()
    from app.main import create_app  # noqa: PLC0415

    if multiprocessing.parent_process() is not None:
        # Linux may give each session an equal part of the processors. Every process of PostgreSQL
        # is a session, and all that serve were one: some requests waited for a fifth of a second.
        os.setsid()
    # Without this, a parent that is killed leaves workers behind which keep the port.
    threading.Thread(target=stop_with_the_parent, daemon=True).start()
    settings = load_settings()
    configure_logging(settings.logging_level)
    application = create_app(settings)
    stop_in_order(application.state.stopping, settings.stop_notice, told_to_stop)
    # What is here stays until the end; whoever looks for garbage need not look through it.
    gc.enable()
    gc.collect()
    gc.freeze()
    return application


def stop_with_the_parent() -> None:
    """Wait for the end of the parent, and end this process then."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
