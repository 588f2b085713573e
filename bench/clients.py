"""The programs that ask as fast as they can: wrk over HTTP, pgbench in SQL."""

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.embedded.account import Account
from app.embedded.binaries import find_binaries
from bench.serving import Server

FOLDER: Final = Path(__file__).parent
CONNECTIONS: Final = 16
THREADS: Final = 2


class MeasuringError(Exception):
    """Something without which there is no number, in one line for a person."""


@dataclass(frozen=True, slots=True)
class Call:
    """One prepared call."""

    method: str
    path: str
    body: bytes = b""
    if_match: str = ""

    def line(self) -> bytes:
        """Return the call as replay.lua reads it."""
        head = f"{self.method}\t{self.path}\t{self.if_match}\t"
        return head.encode() + self.body + b"\n"


@dataclass(frozen=True, slots=True)
class Run:
    """What a run of wrk saw; times in milliseconds."""

    requests: int
    seconds: float
    refused: int
    broken: int
    p50: float
    p95: float
    p99: float

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.requests / self.seconds


def insist_on_tools() -> None:
    """Raise MeasuringError with what to install when a program is missing."""
    if shutil.which("wrk") is None:
        message = "wrk is missing; install it (on Debian: apt install wrk)"
        raise MeasuringError(message)
    pgbench()


def pgbench() -> str:
    """Return the pgbench that belongs to the embedded PostgreSQL, or else the system's."""
    beside = find_binaries(Account()).folder / "pgbench"
    found = str(beside) if beside.exists() else shutil.which("pgbench")
    if found is None:
        message = "pgbench is missing; install it (on Debian: apt install postgresql-contrib)"
        raise MeasuringError(message)
    return found


def run_wrk(  # noqa: PLR0913 - what makes a run, each by its own name
    url: str,
    calls: Iterable[Call],
    seconds: int,
    *,
    key: str | None = None,
    again: bool = True,
    connections: int = CONNECTIONS,
    refusals: bool = False,
    pause: float = 0,
) -> Run:
    """Make these calls over many connections; without `again`, each call at most once.

    With a pause, each connection waits for so many seconds on the average, by chance, between
    an answer and its next call; one thread is enough then.
    """
    threads = 1 if pause else min(THREADS, connections)
    with tempfile.NamedTemporaryFile(suffix=".calls") as file:
        file.writelines(call.line() for call in calls)
        file.flush()
        command = ["wrk", "-t", str(threads), "-c", str(connections), "-d", f"{seconds}s"]
        command += ["--timeout", "30s", "-s", str(FOLDER / "replay.lua"), url]
        command += ["--", file.name, str(threads), "again" if again else "once"]
        command.append(str(1000 * pause))
        variables = {**os.environ, **({"BENCH_KEY": key} if key else {})}
        said = _said(command, variables)
    seen = json.loads(said.strip().splitlines()[-1])
    if seen["ended_early"]:
        message = "the server was through with all calls early; seed more, or measure for less long"
        raise MeasuringError(message)
    if seen["broken"] or (seen["refused"] and not refusals):
        message = f"{seen['refused']} calls were refused and {seen['broken']} broke off"
        raise MeasuringError(message)
    return Run(
        seen["requests"],
        seen["microseconds"] / 1e6,
        seen["refused"],
        seen["broken"],
        *(seen[name] / 1000 for name in ("p50", "p95", "p99")),
    )


def run_pgbench(
    server: Server,
    script: Path,
    variables: Mapping[str, int],
    *,
    seconds: int | None = None,
) -> float:
    """Run a script over many connections; return how often a second it came to its end.

    Without a time, each connection runs it once.
    """
    extent = ["-t", "1"] if seconds is None else ["-T", str(seconds)]
    socket = server.cluster.sockets
    command = [pgbench(), "-h", str(socket), "-p", "5432", "-U", "postgres", "-n"]
    command += ["-M", "prepared", "-c", str(CONNECTIONS), "-j", str(THREADS), *extent]
    command += [f"-D{name}={value}" for name, value in variables.items()]
    said = _said([*command, "-f", str(script), "pars"], dict(os.environ))
    found = re.search(r"^tps = ([0-9.]+)", said, re.MULTILINE)
    if found is None:
        message = f"pgbench said: {said}"
        raise MeasuringError(message)
    return float(found[1])


def _said(command: list[str], variables: Mapping[str, str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=variables)
    if done.returncode != 0:
        message = f"{Path(command[0]).name} failed: {done.stderr.strip()[-500:]}"
        raise MeasuringError(message)
    return done.stdout
