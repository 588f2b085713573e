"""A Redis that counts the quotas of all processes together, and what happens when it goes."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.errors import ProblemError
from app.core.rate_limits import RateLimits

REDIS = shutil.which("redis-server")
A = {"credential": "a"}


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The address of a Redis of the test's own, and its process."""
    pytest.importorskip("coredis")
    if REDIS is None:
        reason = "quotas were not tried with a Redis: install it (apt install redis-server)"
        if "CI" in os.environ:
            pytest.fail(reason)
        pytest.skip(reason)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [REDIS, "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=tmp_path) as process:
        deadline = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.02)
        yield f"redis://127.0.0.1:{port}", process
        process.kill()


async def served(*processes: RateLimits) -> int:
    """Ask all of them in turn, far more often than the quota allows."""
    count = 0
    for _ in range(150):
        for limits in processes:
            try:
                await limits.charge(A, 1)
                count += 1
            except ProblemError as problem:
                assert problem.kind.code == "rate_limit.exceeded"  # noqa: PT017 - counted
    return count


# The client of Redis leaves closing its connections to the end of the process.
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_two_processes_share_one_quota_and_outlive_their_store(
    redis: tuple[str, subprocess.Popen[bytes]],
) -> None:
    address, process = redis
    pair = [RateLimits({"credential": 100}, address) for _ in range(2)]
    assert all([await limits.store_answers() for limits in pair])
    assert await served(*pair) == 100
    process.kill()
    process.wait()
    # A store that is gone takes nobody's service with it.
    assert not any([await limits.store_answers() for limits in pair])
    late = RateLimits({"credential": 100}, address)
    await late.charge(A, 1)
