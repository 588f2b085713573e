"""`pars serve`: from nothing to a running server, and cleanly back."""

import contextlib
import os
import socket
import tempfile
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec

import typer
import uvicorn
from prometheus_client.multiprocess import mark_process_dead
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from app.cli.connection import migrated_databases
from app.cli.door_keeper import DoorKeeper
from app.cli.failure import CommandError, Stopped
from app.cli.kept_secrets import DEMO_KEY, kept_secret, signing_key
from app.cli.listening import BACKLOG, bound_socket, web_address
from app.cli.seeding import plant
from app.cli.worker import build
from app.cli.worker_command import worker_beside
from app.core.log import configure_logging
from app.core.metrics import SHARED_FOLDER
from app.quotas import rate_limits
from app.settings import Settings, load_settings

# What is under way was waited for already when the web server hears of the end.
SECONDS_TO_BREAK_OFF = 1
FACTORY = "app.cli.worker:build"
# A new process gives no sign of life until it is there, and on a busy machine that takes
# long. Who is impatient with it kills one after the other.
SECONDS_WITHOUT_A_SIGN = 15


def serve() -> None:
    """Start the server; without PARS_DATABASE_URL, a PostgreSQL of its own too."""
    settings = load_settings()
    _insist_on_speed()
    # Each serving process would find out on its own that there is no such store.
    rate_limits(settings)
    with bound_socket(settings) as bound, migrated_databases(settings) as databases:
        embedded = settings.database_url is None
        if embedded:
            plant(databases.needed_sandbox(), settings)
        # The serving processes read their settings from the environment.
        os.environ["PARS_DATABASE_URL"] = databases.live
        if databases.sandbox is not None:
            os.environ["PARS_SANDBOX_URL"] = databases.sandbox
        os.environ["PARS_SECRET_KEY"] = signing_key(settings)
        address = web_address(settings, bound)
        typer.echo(_welcome(settings, address, embedded=embedded))
        with (
            contextlib.suppress(KeyboardInterrupt, Stopped),
            worker_beside(databases, settings, address) as told_to_stop,
        ):
            _run(settings, bound, told_to_stop)


def _insist_on_speed() -> None:
    # On asyncio's own loop every answer of a second worker is 44 ms late.
    missing = [name for name in ("uvloop", "httptools") if find_spec(name) is None]
    if missing:
        message = f"{' and '.join(missing)} missing; install what requirements/run.txt names."
        raise CommandError(message)


class Workers(Multiprocess):
    """The serving processes, each replaced when it ends unasked."""

    def __init__(
        self, config: uvicorn.Config, bound: socket.socket, told_to_stop: Callable[[], object]
    ) -> None:
        super().__init__(config, sockets=[bound])
        self._told_to_stop = told_to_stop
        self._counted: set[int | None] = set()

    def run(self) -> None:
        """Serve until told to stop; raise CommandError when one of them cannot even begin."""
        super().run()
        if any(process.exitcode == STARTUP_FAILURE for process in self.processes):
            message = "A serving process could not start; its lines in the log say why."
            raise CommandError(message)

    def keep_subprocess_alive(self) -> None:
        """Replace those that ended, and count their connections no more."""
        super().keep_subprocess_alive()
        there = {process.pid for process in self.processes}
        for gone in self._counted - there:
            mark_process_dead(gone)  # type: ignore[no-untyped-call]
        self._counted = there

    def terminate_all(self) -> None:
        """Tell all of them to stop."""
        self._told_to_stop()
        # With the last process that listens the port must close: while it were open here,
        # whoever connects would wait for nobody.
        for bound in self.sockets:
            bound.close()
        super().terminate_all()


def _run(settings: Settings, bound: socket.socket, told_to_stop: Callable[[], object]) -> None:
    configure_logging(settings.logging_level)
    several = settings.workers > 1
    config = uvicorn.Config(
        # By its name, so that a new process answers its supervisor before it imports it.
        FACTORY if several else partial(build, told_to_stop),
        factory=True,
        loop="app.cli.accepting:EventLoop" if several else "uvloop",
        http=DoorKeeper,
        ws="none",
        lifespan="on",
        workers=settings.workers,
        backlog=BACKLOG,
        access_log=False,
        server_header=False,
        log_config=None,
        log_level="debug" if settings.log_level == "debug" else "warning",
        timeout_graceful_shutdown=SECONDS_TO_BREAK_OFF,
        timeout_worker_healthcheck=SECONDS_WITHOUT_A_SIGN,
    )
    if several:
        with tempfile.TemporaryDirectory(prefix="pars-metrics-") as folder:
            os.environ[SHARED_FOLDER] = folder
            Workers(config, bound, told_to_stop).run()
    else:
        uvicorn.Server(config).run(sockets=[bound])


def _welcome(settings: Settings, address: str, *, embedded: bool) -> str:
    lines = [
        "OpenPARS is running.",
        "",
        f"  API       {address}/v1",
        f"  Docs      {address}/docs",
    ]
    if embedded:
        key = kept_secret(settings, DEMO_KEY) or "pars keys issue --provider 0000001 --test"
        lines += [
            "  Provider  0000001 (demo)",
            f"  Key       {key}",
            f"  Data      {settings.data_dir}",
        ]
    else:
        lines += ["  Key       pars keys issue --provider 0000001"]
        if settings.sandbox_url is None:
            lines += ["  Sandbox   none, so test keys are refused (PARS_SANDBOX_URL)"]
    return "\n".join([*lines, "", "Ctrl-C stops it."])
