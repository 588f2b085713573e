"""Which processes a server consists of, read from /proc."""

import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import Final

# What is read of a process, or of its thread, when it ends meanwhile.
_HAS_ENDED: Final = (FileNotFoundError, ProcessLookupError)


def children_of(process: int) -> list[int]:
    """Return the processes that this one has started and that still run."""
    listed = Path(f"/proc/{process}/task/{process}/children").read_text()
    # A thread may have started some: the embedded database, and the worker for imports.
    for task in Path(f"/proc/{process}/task").iterdir():
        if task.name != str(process):
            with suppress(*_HAS_ENDED):
                listed += (task / "children").read_text()
    return [int(number) for number in listed.split()]


def serving_processes(server: int, port: int) -> list[int]:
    """Return the processes of a server that listen on its port."""
    return [number for number in children_of(server) if _listens(number, port)]


def import_worker(server: int, port: int) -> int | None:
    """Return the process of a server that carries out imports, if it runs."""
    serving = serving_processes(server, port)
    for number in children_of(server):
        with suppress(*_HAS_ENDED):
            words = Path(f"/proc/{number}/cmdline").read_bytes()
            if number not in serving and b"spawn_main" in words:
                return number
    return None


def kill(process: int) -> None:
    """End a process as a crash does."""
    os.kill(process, signal.SIGKILL)


def _listens(process: int, port: int) -> bool:
    listening = _listening_sockets(port)
    try:
        files = list(Path(f"/proc/{process}/fd").iterdir())
        return any(_target(file) in listening for file in files)
    except _HAS_ENDED:
        return False


def _target(file: Path) -> str:
    try:
        return str(file.readlink())
    except _HAS_ENDED:
        return ""


def _listening_sockets(port: int) -> set[str]:
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    local, state, inode = 1, 3, 9
    return {
        f"socket:[{row[inode]}]"
        for row in rows
        if row[state] == "0A" and row[local].endswith(f":{port:04X}")
    }
