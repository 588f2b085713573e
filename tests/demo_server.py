"""A server as a user starts it: a process, its words, a port, its own data, and the demo."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[1]
# The same that the installed script `pars` runs.
PARS = [sys.executable, "-c", "from app.cli import main; main()"]


@dataclass
class DemoServer:
    """A running server, and what it printed when it was ready."""

    process: subprocess.Popen[str]
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
        return httpx.request(method, self.url + path, headers=headers, json=body, timeout=10)

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
    with subprocess.Popen(
        [*PARS, "serve"],
        cwd=ROOT,
        env=environment(data_dir, **settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield DemoServer(process, "".join(_lines_until_ready(process)), data_dir)
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(30)
            process.kill()


def _lines_until_ready(process: subprocess.Popen[str]) -> Iterator[str]:
    assert process.stdout is not None
    for line in process.stdout:
        yield line
        if line.startswith("Ctrl-C"):
            return


def run(data_dir: Path, *command: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command of `pars` as the same user."""
    return subprocess.run(
        [*PARS, *command],
        cwd=ROOT,
        env=environment(data_dir, **settings),
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )


@pytest.fixture(scope="session")
def demo_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoServer]:
    """One server for all tests of this worker that only add records of their own."""
    with serving(tmp_path_factory.mktemp("demo")) as server:
        yield server
