"""Cells with several values: `;` between them, and quotation marks as CSV has them.

A value that contains a semicolon stands in quotation marks, and those within it are doubled:
`"Smith; Jones Clinic"; Valley Clinic` are two values. Marks that do not stand around a whole
value are part of it, so that `The "Good" Clinic` is written as it is.
"""

import re
from collections.abc import Iterable
from typing import Any, Final

_ENTRY: Final = re.compile(r'\s*"((?:[^"]|"")*)"\s*(?:;|\Z)|([^;]*)(?:;|\Z)')


def written(entries: Iterable[Any]) -> str:
    """Return values as one cell."""
    return "; ".join(map(_marked, map(str, entries)))


def read(cell: str) -> list[str]:
    """Return the values of a cell; empty ones are none."""
    if '"' not in cell:
        found = [entry.strip() for entry in cell.split(";")]
    else:
        found = [_entry(match) for match in _ENTRY.finditer(cell)]
    return [entry for entry in found if entry]


def _marked(entry: str) -> str:
    if ";" in entry or entry.startswith('"') or entry != entry.strip():
        doubled = entry.replace('"', '""')
        return f'"{doubled}"'
    return entry


def _entry(match: re.Match[str]) -> str:
    marked, plain = match.groups()
    return plain.strip() if marked is None else marked.replace('""', '"')
