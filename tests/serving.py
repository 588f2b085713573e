"""The real server as a process of its own, on a database that the test has made for it, or not."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.embedded.cluster import Cluster
from tests.patience import PATIENCE

ROOT: Final = Path(__file__).parents[1]
READY: Final = "Ctrl-C stops it."


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: where it listens, and everything that it has printed."""

    host: str
    port: int
    output: Path
    process: subprocess.Popen[bytes]

    @property
    def data_dir(self) -> Path:
        """Where it keeps what it generates, and its database if that is embedded."""
        return self.output.parent / "data"

    @property
    def embedded_url(self) -> str:
        """The address of its database, if that is embedded."""
        return Cluster(self.data_dir).url()

    @property
    def url(self) -> str:
        """The address that clients use."""
        return f"http://{self.host}:{self.port}"

    def log(self) -> str:
        """Return the log so far, without the words that greet whoever started it."""
        return self.output.read_text().partition(READY)[2]


@contextmanager
def serving(database_url: str | None, folder: Path, **settings: str) -> Iterator[Server]:
    """Run `pars serve` on this database, or with an embedded one, until the block ends."""
    output = folder / "output"
    environment = {
        "PATH": os.environ["PATH"],
        **({} if database_url is None else {"PARS_DATABASE_URL": database_url}),
        "PARS_DATA_DIR": str(folder / "data"),
        "PARS_SECRET_KEY": "a secret that only this server knows, long enough",
        "PARS_PORT": "0",
        "PARS_STOP_NOTICE": "0",
        **settings,
    }
    with (
        output.open("w") as file,
        subprocess.Popen(
            [sys.executable, "-c", "from app.cli import main; main()", "serve"],
            cwd=ROOT,
            env=environment,
            stdout=file,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            port = _port_of(process, output)
            yield Server("127.0.0.1", port, output, process)
        finally:
            process.terminate()


def _port_of(process: subprocess.Popen[bytes], output: Path) -> int:
    deadline = time.monotonic() + PATIENCE
    while READY not in (words := output.read_text()):
        assert process.poll() is None, words
        assert time.monotonic() < deadline, words
        time.sleep(0.05)
    found = re.search(r"API +http://127\.0\.0\.1:(\d+)/v1", words)
    assert found, words
    return int(found[1])
