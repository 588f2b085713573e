"""The parent of several serving processes: what it does about those that end."""

import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess
from uvicorn.supervisors.multiprocess import SIGNALS

from app.cli.failure import CommandError
from app.cli.serving import Workers
from app.core.metrics import SHARED_FOLDER


@pytest.fixture
def workers() -> Iterator[Workers]:
    """The parent of processes that a test makes up."""
    handlers = {number: signal.getsignal(number) for number in SIGNALS}
    with socket.socket() as bound:
        yield Workers(uvicorn.Config("nothing:here"), bound, lambda: None)
    for number, handler in handlers.items():
        signal.signal(number, handler)


def process(pid: int, exitcode: int | None = None) -> Any:
    return SimpleNamespace(pid=pid, exitcode=exitcode)


def test_the_connections_of_a_process_that_ended_are_counted_no_more(
    workers: Workers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SHARED_FOLDER, str(tmp_path))
    for name in ("gauge_livesum_11.db", "gauge_livesum_12.db", "histogram_11.db"):
        (tmp_path / name).touch()

    def replace(served: Multiprocess) -> None:
        served.processes[:] = rounds.pop(0)

    rounds = [[process(11), process(12)], [process(13), process(12)]]
    monkeypatch.setattr(Multiprocess, "keep_subprocess_alive", replace)
    workers.keep_subprocess_alive()
    assert (tmp_path / "gauge_livesum_11.db").exists()
    workers.keep_subprocess_alive()
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"gauge_livesum_12.db", "histogram_11.db"}


def test_a_server_whose_processes_cannot_start_ends_as_failed(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        Multiprocess, "run", lambda served: served.processes.append(process(1, STARTUP_FAILURE))
    )
    with pytest.raises(CommandError) as failed:
        workers.run()
    assert str(failed.value) == "A serving process could not start; its lines in the log say why."
