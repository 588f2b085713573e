"""The worker that a server keeps beside it: it is started whatever the machine is like."""

import multiprocessing
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace
from typing import Any

import pytest

from app.cli import worker_command
from app.cli.connection import Addresses
from app.settings import Settings
from tests.patience import PATIENCE


class Alive(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    """The address of a server that is there."""
    with HTTPServer(("127.0.0.1", 0), Alive) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class Machine:
    """Starts no process the first time it is asked to, and tells when it did."""

    def __init__(self) -> None:
        self.asked = 0
        self.started = threading.Event()
        self.process = SimpleNamespace(
            start=self.start, is_alive=lambda: True, terminate=lambda: None, join=lambda _: None
        )

    def Process(self, **_: Any) -> SimpleNamespace:  # noqa: N802 - as the standard library has it
        return self.process

    def start(self) -> None:
        self.asked += 1
        if self.asked == 1:
            raise BlockingIOError
        self.process.is_alive = lambda: False
        self.started.set()


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine()
    monkeypatch.setattr(worker_command, "_SECONDS_BEFORE_THE_NEXT", 0.01)
    monkeypatch.setattr(multiprocessing, "get_context", lambda _: machine)
    return machine


@pytest.mark.parametrize("proxy", ["http://127.0.0.1:1", "socks5://127.0.0.1:1"])
def test_a_worker_is_started_beside_the_server_though_proxy_and_machine_refuse_at_first(
    address: str, machine: Machine, monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    databases = Addresses("postgresql+asyncpg://nobody@/nothing", None)
    with worker_command.worker_beside(databases, Settings(), address):
        assert machine.started.wait(PATIENCE)
