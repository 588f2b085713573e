"""From the cells of a table's row to a record. What cannot be read stays as it was sent.

Nothing is guessed: a cell that is no number stays text, and the rules of the record say
then what is wrong with it.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time
from types import MappingProxyType
from typing import Any, Final

from app.imports import list_cells
from app.imports.columns import Cell, Column
from app.imports.spreadsheets import as_sent

_WHOLE: Final = re.compile(r"-?\d{1,15}", re.ASCII)
_DECIMAL: Final = re.compile(r"-?\d{1,15}\.\d{1,15}", re.ASCII)
_BOOLEANS: Final = {"yes": True, "true": True, "no": False, "false": False}
_MIDNIGHT: Final = time()


def record_of(cells: Iterable[tuple[Column, Any]]) -> dict[str, Any]:
    """Return the record that the cells of a row say; empty cells say nothing."""
    record: dict[str, Any] = {}
    for column, cell in cells:
        value = _READ[column.cell](_plain(cell, column.cell))
        if value is not None:
            _put(record, column.pointer.split("/")[1:], value)
    found: dict[str, Any] = _with_lists(record)
    return found


def is_empty(cell: Any) -> bool:
    """Return whether a cell says nothing: blanks are none."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _plain(cell: Any, meaning: Cell) -> Any:
    """Return a cell as text, number or boolean: the days of a sheet become `YYYY-MM-DD`."""
    if isinstance(cell, str):
        if is_empty(cell):
            return None
        return as_sent(cell if meaning == "words" else cell.strip())
    if isinstance(cell, datetime):
        return (cell.date() if cell.time() == _MIDNIGHT else cell).isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return cell if isinstance(cell, bool | int | float) or cell is None else str(cell)


def _text(value: Any) -> Any:
    # A sheet keeps an id of digits as a number, and the record wants text.
    return str(value) if type(value) in (int, float) else value


def _number(value: Any) -> Any:
    if isinstance(value, str):
        if _WHOLE.fullmatch(value):
            return int(value)
        if _DECIMAL.fullmatch(value):
            return float(value)
    return value


def _boolean(value: Any) -> Any:
    return _BOOLEANS.get(value.lower(), value) if isinstance(value, str) else value


def _list(value: Any) -> Any:
    if isinstance(value, str):
        return list_cells.read(value)
    return value


def _put(record: dict[Any, Any], steps: list[str], value: Any) -> None:
    for step in steps[:-1]:
        record = record.setdefault(int(step) if step.isdecimal() else step, {})
    record[steps[-1]] = value


def _with_lists(place: Any) -> Any:
    """Turn what is numbered into lists; numbers that were left out leave no gap."""
    if not isinstance(place, dict):
        return place
    if any(isinstance(name, int) for name in place):
        return [_with_lists(place[position]) for position in sorted(place)]
    return {name: _with_lists(value) for name, value in place.items()}


_READ: Final[Mapping[Cell, Callable[[Any], Any]]] = MappingProxyType(
    {
        "text": _text,
        "words": _text,
        "date": _text,
        "number": _number,
        "boolean": _boolean,
        "list": _list,
    }
)
