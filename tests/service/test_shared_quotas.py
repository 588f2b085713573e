"""Quotas in a store that servers share: a real redis-server, where there is one."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.patience import PATIENCE, until

SPENDS_ALL = """
import asyncio, sys
from app.core.errors import ProblemError
from app.core.rate_limits import RateLimits

async def spend():
    limits, served = RateLimits({"credential": 40}, sys.argv[1]), 0
    for _ in range(60):
        try:
            await limits.charge({"credential": "cred_1"}, 1)
            served += 1
        except ProblemError as refused:
            assert refused.kind.status == 429
    print(served)

asyncio.run(spend())
"""


@pytest.fixture
def store() -> Iterator[str]:
    """The address of a redis-server of this test's own."""
    if shutil.which("redis-server") is None:
        pytest.skip("no redis-server here (on Debian: apt install redis-server)")
    # The path of a socket has to be a short one.
    with TemporaryDirectory() as folder:
        place = Path(folder, "store")
        command = ["redis-server", "--port", "0", "--unixsocket", str(place), "--save", ""]
        with subprocess.Popen([*command, "--dir", folder], stdout=subprocess.DEVNULL) as server:
            try:
                until(lambda: listens(place) or server.poll() is not None)
                yield f"redis+unix://{place}"
            finally:
                server.kill()


def listens(place: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(str(place)) == 0


def test_two_processes_with_one_store_share_a_quota(store: str) -> None:
    command = [sys.executable, "-W", "ignore", "-c", SPENDS_ALL, store]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path)}
    processes = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) for _ in range(2)
    ]
    served = [int(process.communicate(timeout=PATIENCE)[0]) for process in processes]
    # What two take at the same moment is refused to one of them, and may then be left over.
    assert 36 <= sum(served) <= 40, served
