"""What each serving process runs: the application, tied to the life of its parent."""

import multiprocessing
import os
import signal
import threading

from fastapi import FastAPI

from app.core.log import configure_logging
from app.main import build as build_application
from app.settings import load_settings


def build() -> FastAPI:
    """Build the application in a serving process."""
    # Without this, a parent that is killed leaves workers behind which keep the port.
    threading.Thread(target=stop_with_the_parent, daemon=True).start()
    configure_logging(load_settings().logging_level)
    return build_application()


def stop_with_the_parent() -> None:
    """Wait for the end of the parent, and end this process then."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
