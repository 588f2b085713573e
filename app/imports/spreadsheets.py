"""Writing tables that a person opens in Excel: nothing in a cell is ever carried out."""

import csv
import io
import re
from collections.abc import Sequence
from typing import Any, Final

CSV: Final = "text/csv; charset=utf-8"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_LIVE: Final = ("=", "+", "-", "@", "\t", "\r")
_NUMBER: Final = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)


def harmless(cell: Any) -> Any:
    """Return a cell of CSV so that no program takes it for a formula.

    The apostrophe in front is the mark that spreadsheets themselves use for text.
    """
    if isinstance(cell, str) and cell.startswith(_LIVE) and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


def as_sent(cell: str) -> str:
    """Return what a cell was before `harmless`."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_LIVE) else cell


def csv_line(cells: Sequence[Any]) -> bytes:
    """Return one line of CSV."""
    line = io.StringIO()
    csv.writer(line).writerow([harmless(cell) for cell in cells])
    return line.getvalue().encode()


def new_workbook(target: Any) -> Any:
    """Open a workbook that keeps no more than one row in memory; text stays text."""
    # It takes a tenth of a second, which a server that writes no workbook need not pay.
    from xlsxwriter import Workbook  # type: ignore[import-untyped]  # noqa: PLC0415

    return Workbook(
        target,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": True,
        },
    )


def write_row(sheet: Any, place: int, cells: Sequence[Any], form: Any = None) -> None:
    """Write one row, each cell by its type: text is never looked at."""
    for column, cell in enumerate(cells):
        if isinstance(cell, bool):
            sheet.write_boolean(place, column, cell, form)
        elif isinstance(cell, int | float):
            sheet.write_number(place, column, cell, form)
        elif cell is not None:
            # Excel takes no more than this of one cell.
            sheet.write_string(place, column, str(cell)[:32_767], form)
