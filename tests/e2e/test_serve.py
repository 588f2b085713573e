"""`pars serve` as a user meets it: a process, its words, a port, and signals."""

import errno
import json
import os
import signal
import socket
import subprocess
from pathlib import Path

import httpx
import pytest

from app.embedded.cluster import Cluster
from app.embedded.postmaster import running_process
from bench.serving import port_of_nobody
from tests.demo_server import DemoServer, run, serving
from tests.faults.processes import serving_processes
from tests.patience import PATIENCE, until

ACTIVITY = "/v1/providers/0000001/activities/by-key/live_course/2026-03-01/KILL-9"


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of one user, who starts the server more than once."""
    return tmp_path_factory.mktemp("serve")


def test_a_server_that_was_killed_starts_again_with_everything(data_dir: Path) -> None:
    port = port_of_nobody()
    with serving(data_dir, PARS_WORKERS="2", PARS_PORT=str(port)) as first:
        assert httpx.get(f"{first.url}/livez", timeout=PATIENCE).status_code == 200
        content = {"title": "Kept through a kill", "end_date": "2026-03-02"}
        assert first.request("PUT", ACTIVITY, content).status_code == 201
        # Linux shares the processors out by session, and PostgreSQL's processes have one each.
        until(lambda: len(sessions_of(first, port)) == 2)
        first.process.send_signal(signal.SIGKILL)
        first.process.wait()
        # On the same port: the workers of the killed server let go of it.
        until(lambda: nobody_listens(port))
        with serving(data_dir, PARS_PORT=str(port)) as second:
            assert second.key == first.key
            found = second.request("GET", ACTIVITY)
            assert found.status_code == 200
            assert found.json()["title"] == "Kept through a kill"
            _commands_work_beside(second, data_dir)
            second.process.send_signal(signal.SIGTERM)
            assert second.process.wait(PATIENCE) == 0
    assert running_process(Cluster(data_dir)) is None


def sessions_of(server: DemoServer, port: int) -> set[int]:
    return {os.getsid(number) for number in serving_processes(server.process.pid, port)}


def nobody_listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == errno.ECONNREFUSED


def _commands_work_beside(server: DemoServer, data_dir: Path) -> None:
    before = running_process(Cluster(data_dir))
    issued = run(data_dir, "keys", "issue", "--provider", "0000001", "--test", "--json")
    assert (issued.returncode, issued.stderr) == (0, "")
    server.words = f"API  {server.url}/v1\nKey  {json.loads(issued.stdout)['key']}"
    assert server.request("GET", ACTIVITY).status_code == 200
    assert running_process(Cluster(data_dir)) == before


def test_postgres_that_was_killed_is_started_again(data_dir: Path) -> None:
    with serving(data_dir) as server:
        killed = running_process(Cluster(data_dir))
        assert killed is not None
        _kill(killed)
        # How soon depends on what else the machine does; `make faults` measures it.
        until(lambda: server.request("GET", "/readyz").status_code == 200)
        assert running_process(Cluster(data_dir)) != killed
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(PATIENCE) == 0
    assert running_process(Cluster(data_dir)) is None


def _kill(number: int) -> None:
    subprocess.run(["kill", "-9", str(number)], check=True)


def test_a_bad_setting_stops_the_start_with_one_line(tmp_path: Path) -> None:
    stopped = run(tmp_path, "serve", PARS_PORT="eight thousand")
    assert stopped.returncode == 2
    assert stopped.stdout == ""
    assert len(stopped.stderr.splitlines()) == 1
    assert stopped.stderr.startswith("PARS_PORT=eight thousand is wrong")


def test_a_port_in_use_is_said_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        stopped = run(tmp_path, "serve", PARS_PORT=port)
    assert stopped.returncode == 1
    assert stopped.stderr == (
        f"Port {port} on 127.0.0.1 is in use. Stop what listens there, "
        "or set PARS_PORT to another port.\n"
    )
    assert running_process(Cluster(tmp_path)) is None
