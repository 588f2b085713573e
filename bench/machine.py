"""The machine that a measurement ran on: what it has, and never its name."""

import os
import platform
import re
from pathlib import Path

from app.embedded.account import Account
from app.embedded.binaries import find_binaries


def describe_machine(day: str) -> str:
    """Return a line that says when and on what was measured."""
    parts = [
        f"{os.cpu_count()} cores ({_processor()})",
        f"{_memory():.0f} GB memory",
        f"{platform.system()} {platform.release()}",
        f"PostgreSQL {find_binaries(Account()).major}",
        f"Python {platform.python_version()}",
    ]
    return f"<sub>Measured {day}: {', '.join(parts)}.</sub>"


def _processor() -> str:
    found = re.search(r"^model name\s*:\s*(.+)$", _read("/proc/cpuinfo"), re.MULTILINE)
    return found[1] if found else platform.machine()


def _memory() -> float:
    found = re.search(r"^MemTotal:\s*(\d+) kB", _read("/proc/meminfo"), re.MULTILINE)
    return int(found[1]) / 1024**2 if found else 0.0


def _read(path: str) -> str:
    file = Path(path)
    return file.read_text(encoding="utf-8") if file.exists() else ""
