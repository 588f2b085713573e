"""`pars serve`: from nothing to a running server, and cleanly back."""

import contextlib
import os
import socket
import tempfile
from importlib.util import find_spec

import typer
import uvicorn
from uvicorn.supervisors import Multiprocess

from app.cli.connection import migrated_database
from app.cli.failure import CommandError, Stopped
from app.cli.kept_secrets import DEMO_KEY, kept_secret, signing_key
from app.cli.listening import BACKLOG, bound_socket, web_address
from app.cli.seeding import plant
from app.cli.worker_command import worker_beside
from app.core.log import configure_logging
from app.core.metrics import SHARED_FOLDER
from app.settings import Settings, load_settings

FINISH_WITHIN = 15
FACTORY = "app.cli.worker:build"


def serve() -> None:
    """Start the server; without PARS_DATABASE_URL, a PostgreSQL of its own too."""
    settings = load_settings()
    _insist_on_speed()
    with bound_socket(settings) as bound, migrated_database(settings) as url:
        embedded = settings.database_url is None
        if embedded:
            plant(url, settings)
        # The serving processes read their settings from the environment.
        os.environ["PARS_DATABASE_URL"] = url
        os.environ["PARS_SECRET_KEY"] = signing_key(settings)
        address = web_address(settings, bound)
        typer.echo(_welcome(settings, address, embedded=embedded))
        with contextlib.suppress(KeyboardInterrupt, Stopped), worker_beside(url, settings, address):
            _run(settings, bound)


def _insist_on_speed() -> None:
    # On asyncio's own loop every answer of a second worker is 44 ms late.
    missing = [name for name in ("uvloop", "httptools") if find_spec(name) is None]
    if missing:
        message = f"{' and '.join(missing)} missing; install what requirements/run.txt names."
        raise CommandError(message)


def _run(settings: Settings, bound: socket.socket) -> None:
    configure_logging(settings.logging_level)
    config = uvicorn.Config(
        FACTORY,
        factory=True,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="on",
        workers=settings.workers,
        backlog=BACKLOG,
        access_log=False,
        server_header=False,
        log_config=None,
        log_level="debug" if settings.log_level == "debug" else "warning",
        timeout_graceful_shutdown=FINISH_WITHIN,
    )
    if settings.workers > 1:
        with tempfile.TemporaryDirectory(prefix="pars-metrics-") as folder:
            os.environ[SHARED_FOLDER] = folder
            Multiprocess(config, sockets=[bound]).run()
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
    return "\n".join([*lines, "", "Ctrl-C stops it."])
