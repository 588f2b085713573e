"""`pars worker`: carries out imports, as one of as many as there are machines for it."""

import asyncio
import contextlib
import multiprocessing
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Final

import httpx
import structlog
import typer

from app.cli.connection import Addresses, migrated_databases
from app.cli.failure import Stopped
from app.cli.worker import stop_with_the_parent
from app.core.clock import Clock
from app.core.log import configure_logging
from app.settings import Settings, load_settings

FINISH_WITHIN: Final = 10.0
SECONDS_OF_A_LEASE: Final = 10.0
_SECONDS_BETWEEN_LOOKS: Final = 0.5
_SECONDS_BEFORE_THE_NEXT: Final = 1.0

_log = structlog.get_logger("imports")


def worker(
    *,
    lease: Annotated[
        float,
        typer.Option(
            min=1.0, help="After so many seconds without a sign of life another takes the job."
        ),
    ] = SECONDS_OF_A_LEASE,
) -> None:
    """Take imports from the queue and carry them out, until stopped."""
    settings = load_settings()
    configure_logging(settings.logging_level)
    with contextlib.suppress(KeyboardInterrupt, Stopped), migrated_databases(settings) as databases:
        typer.echo("The worker takes imports. Ctrl-C stops it.")
        _work(databases, settings, lease)


@contextmanager
def worker_beside(
    databases: Addresses, settings: Settings, address: str
) -> Iterator[Callable[[], object]]:
    """Keep a worker running in a process of its own, beside the server at this address.

    Yields what tells it to stop, so that it gives its work back while the server finishes.
    """
    stopping = threading.Event()
    keeper = threading.Thread(
        target=_keep, args=(databases, settings, address, stopping), daemon=True
    )
    keeper.start()
    try:
        yield stopping.set
    finally:
        stopping.set()
        keeper.join(FINISH_WITHIN + _SECONDS_BEFORE_THE_NEXT)


def _keep(
    databases: Addresses, settings: Settings, address: str, stopping: threading.Event
) -> None:
    """Start a worker, and another one whenever it ends before it was told to."""
    context = multiprocessing.get_context("spawn")
    _await_the_server(address, stopping)
    while not stopping.is_set():
        process = context.Process(target=_work_beside, args=(databases, settings), daemon=True)
        try:
            process.start()
        except OSError as error:
            # The machine has no memory or no process to spare.
            _log.warning("worker_not_started", kind=type(error).__name__)
            stopping.wait(_SECONDS_BEFORE_THE_NEXT)
            continue
        while process.is_alive() and not stopping.wait(0.2):
            pass
        process.terminate()
        process.join(FINISH_WITHIN)
        if process.is_alive():
            process.kill()
        stopping.wait(_SECONDS_BEFORE_THE_NEXT)


def _await_the_server(address: str, stopping: threading.Event) -> None:
    """Leave the machine to the server until it answers: somebody waits for that.

    It is on this machine, whatever proxy the environment names for others.
    """
    while not stopping.is_set():
        try:
            httpx.get(f"{address}/livez", trust_env=False)
        except httpx.HTTPError:
            stopping.wait(_SECONDS_BETWEEN_LOOKS)
        else:
            return


def _work_beside(databases: Addresses, settings: Settings) -> None:
    threading.Thread(target=stop_with_the_parent, daemon=True).start()
    configure_logging(settings.logging_level)
    _work(databases, settings, SECONDS_OF_A_LEASE)


def _work(databases: Addresses, settings: Settings, lease: float) -> None:
    # The server beside it need not wait for what only a worker imports.
    from app.imports.worker import work  # noqa: PLC0415

    async def until_stopped() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            loop.add_signal_handler(number, stop.set)
        clock = Clock(settings.reporting_zone)
        await asyncio.gather(*(work(url, clock, stop, lease) for url in databases.each()))

    asyncio.run(until_stopped())
