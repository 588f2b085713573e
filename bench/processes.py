"""What processes used, as Linux counts it in /proc: seconds of CPU, bytes of memory."""

import os
from collections import defaultdict
from pathlib import Path
from typing import Final, NamedTuple

_MEGABYTE: Final = 1e6
_TICKS: Final = os.sysconf("SC_CLK_TCK")
_PARENT, _USER, _SYSTEM, _USER_OF_ENDED, _SYSTEM_OF_ENDED = 1, 11, 12, 13, 14


class Spent(NamedTuple):
    """Seconds of CPU since their start, of a server's processes and of PostgreSQL's."""

    server: float
    postgres: float

    def since(self, before: "Spent") -> "Spent":
        """Return what was used since then."""
        return Spent(self.server - before.server, self.postgres - before.postgres)


def spent(server: int, postmaster: int) -> Spent:
    """Add up what both trees of processes have used, those that have ended included."""
    # PostgreSQL is a child of the server that runs it, and counted apart from it.
    return Spent(
        sum(_seconds(process) for process in family(server, without=postmaster)),
        sum(_seconds(process) for process in family(postmaster)),
    )


def family(ancestor: int, without: int | None = None) -> list[int]:
    """Return a process and all its descendants, without one of them and those below it."""
    children: dict[int, list[int]] = defaultdict(list)
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and (fields := _fields(int(folder.name))):
            children[int(fields[_PARENT])].append(int(folder.name))
    found, waiting = [], [ancestor]
    while waiting:
        process = waiting.pop()
        if process != without:
            found.append(process)
            waiting += children[process]
    return found


def memory(process: int) -> int:
    """Return the bytes that are this process's alone, or its part of what it shares."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    kilobytes = next((line.split()[1] for line in lines if line.startswith("Pss:")), "0")
    return int(kilobytes) * 1024


def memories(server: int, postmaster: int) -> dict[str, float]:
    """Return the megabytes of each process of a server, and of all of PostgreSQL's."""
    first, *others = sorted(family(server, without=postmaster))
    used = {"main process": memory(first) / _MEGABYTE}
    others = [process for process in others if not _tracks_others(process)]
    for number, process in enumerate(others, 1):
        used[f"process {number}"] = memory(process) / _MEGABYTE
    used["PostgreSQL"] = sum(map(memory, family(postmaster))) / _MEGABYTE
    return used


def _tracks_others(process: int) -> bool:
    # Python starts one such process beside those that it is asked for.
    try:
        return b"resource_tracker" in Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return True


def _seconds(process: int) -> float:
    fields = _fields(process)
    if not fields:
        return 0.0
    numbers = (_USER, _SYSTEM, _USER_OF_ENDED, _SYSTEM_OF_ENDED)
    return sum(int(fields[number]) for number in numbers) / _TICKS


def _fields(process: int) -> list[str]:
    """Return the fields of /proc/PID/stat behind the name, which may hold anything."""
    try:
        text = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return text.rpartition(") ")[2].split()
