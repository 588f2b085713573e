"""The server as its users run it: `pars serve`, in a folder of its own, and stopped again."""

import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Final

import httpx

from app.embedded.cluster import Cluster
from app.embedded.postmaster import running_process

ROOT: Final = Path(__file__).parents[1]
WORKERS: Final = 2
# What is measured is how much the server can do, and not how much a client is entitled to.
NO_QUOTAS: Final = {"PARS_RATE_LIMIT_PER_CREDENTIAL": "0", "PARS_RATE_LIMIT_PER_PROVIDER": "0"}
PARS: Final = (sys.executable, "-c", "from app.cli import main; main()")
_SECONDS_TO_START: Final = 120
_SECONDS_TO_STOP: Final = 30


def end_politely() -> None:
    """Make a signal that ends this program an exception, so that every server is stopped."""

    def stop(number: int, _frame: FrameType | None) -> None:
        sys.exit(128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)


def port_of_nobody() -> int:
    """Return a free port that the system gives to nobody who asks for any."""
    while True:
        port = random.randrange(20_000, 30_000)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


class NotStartedError(Exception):
    """A server that did not come up; the message holds its last words."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server with the PostgreSQL that belongs to it."""

    url: str
    process_id: int
    data_dir: Path
    seconds_to_start: float

    @property
    def cluster(self) -> Cluster:
        """The files of its PostgreSQL."""
        return Cluster(self.data_dir)

    @property
    def postmaster(self) -> int:
        """The first process of its PostgreSQL."""
        found = running_process(self.cluster)
        if found is None:
            message = "PostgreSQL is gone"
            raise NotStartedError(message)
        return found

    def database(self, name: str = "pars", user: str = "postgres") -> str:
        """Return the address of a database, for asyncpg; by default as the superuser."""
        return self.cluster.url(name, user).replace("+asyncpg", "")


@contextmanager
def serving(folder: Path, **settings: str) -> Iterator[Server]:
    """Start a server in this folder; quotas are as they are by default, unless set."""
    output = folder / "server.log"
    chosen = {
        "PARS_DATA_DIR": str(folder / "data"),
        "PARS_PORT": "0",
        "PARS_WORKERS": str(WORKERS),
        **settings,
    }
    began = time.monotonic()
    with started([*PARS, "serve"], chosen, output) as process:
        words = wait_for("Ctrl-C stops it.", process, output)
        found = re.search(r"API +(http://\S+)/v1", words)
        if found is None:
            raise NotStartedError(words)
        # The port takes calls before the workers answer them; this one waits for an answer.
        httpx.get(f"{found[1]}/readyz", timeout=_SECONDS_TO_START).raise_for_status()
        yield Server(found[1], process.pid, folder / "data", time.monotonic() - began)


@contextmanager
def started(
    command: list[str], variables: Mapping[str, str], output: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program in the background, and end it politely."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("PARS_", "PG"))}
    with (
        output.open("wb") as file,
        subprocess.Popen(
            command, cwd=ROOT, env={**inherited, **variables}, stdout=file, stderr=file
        ) as process,
    ):
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(_SECONDS_TO_STOP)
            except subprocess.TimeoutExpired:
                process.kill()


def wait_for(sign: str, process: subprocess.Popen[bytes], output: Path, *, times: int = 1) -> str:
    """Wait until a program has said these words, and return all that it said."""
    deadline = time.monotonic() + _SECONDS_TO_START
    while (words := output.read_text(encoding="utf-8", errors="replace")).count(sign) < times:
        if process.poll() is not None or time.monotonic() > deadline:
            message = f"{process.args!r} did not start:\n{words[-2000:]}"
            raise NotStartedError(message)
        time.sleep(0.02)
    return words
