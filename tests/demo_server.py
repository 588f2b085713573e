"""A server as a user starts it: a process, its words, a port, its own data, and the demo."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Final

import httpx
import pytest

from tests.patience import PATIENCE, until
from tests.serving import READY

ROOT = Path(__file__).parents[1]
# The same that the installed script `pars` runs.
PARS = [sys.executable, "-c", "from app.cli import main; main()"]
_MOST_WORDS: Final = 10_000


@dataclass
class DemoServer:
    """A running server, and what it printed when it was ready."""

    process: subprocess.Popen[bytes]
    words: str
    data_dir: Path

    @property
    def url(self) -> str:
        return self._said(r"API +(http\S+)/v1")

    @property
    def key(self) -> str:
        return self._said(r"Key +(pars_test_\S+)")

    def request(self, method: str, path: str, body: object = None) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.key}"}
        return httpx.request(method, self.url + path, headers=headers, json=body, timeout=PATIENCE)

    def _said(self, pattern: str) -> str:
        found = re.search(pattern, self.words)
        assert found, self.words
        return found[1]


def environment(data_dir: Path, **settings: str) -> dict[str, str]:
    """The environment of a user who has set nothing but this, and no time to wait."""
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(data_dir),
        "PARS_DATA_DIR": str(data_dir),
        "PARS_PORT": "0",
        "PARS_STOP_NOTICE": "0",
        **settings,
    }


@contextmanager
def serving(data_dir: Path, **settings: str) -> Iterator[DemoServer]:
    """Start a server that has the demo in it."""
    # Nobody reads on when it is ready: a pipe would be full one day, and the server stand still.
    with (
        TemporaryFile("w+") as output,
        subprocess.Popen(
            [*PARS, "serve"],
            cwd=ROOT,
            env=environment(data_dir, **settings),
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            until(lambda: READY in _words(output) or process.poll() is not None)
            yield DemoServer(process, _words(output), data_dir)
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(PATIENCE)
            process.kill()


def _words(output: IO[str]) -> str:
    # Without moving the place where the server writes on, which it shares.
    return os.pread(output.fileno(), _MOST_WORDS, 0).decode()


def run(data_dir: Path, *command: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command of `pars` as the same user."""
    return subprocess.run(
        [*PARS, *command],
        cwd=ROOT,
        env=environment(data_dir, **settings),
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )


@pytest.fixture(scope="session")
def demo_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoServer]:
    """One server for all tests of this worker that only add records of their own."""
    with serving(tmp_path_factory.mktemp("demo")) as server:
        yield server
