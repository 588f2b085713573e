"""Writing tables that a person opens in Excel: nothing in a cell is ever carried out."""

import asyncio
import csv
import io
import re
import tempfile
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any, Final

CSV: Final = "text/csv; charset=utf-8"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

# A sheet ends here; what comes after stands on the next one.
ROWS_OF_A_SHEET: Final = 1_000_000
_PIECE: Final = 1 << 16
_LIVE: Final = re.compile(r"[=+\-@\t\r]")
_MARKED: Final = re.compile(r"'+[=+\-@\t\r]")
_NUMBER: Final = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)


def harmless(cell: Any) -> Any:
    """Return a cell of CSV so that no program takes it for a formula.

    The apostrophe in front is the mark that spreadsheets themselves use for text.
    """
    if isinstance(cell, str) and _LIVE.match(cell) and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return marked_twice(cell)


def marked_twice(cell: Any) -> Any:
    """Return a cell so that an apostrophe of its own is not taken for the mark of `harmless`."""
    return f"'{cell}" if isinstance(cell, str) and _MARKED.match(cell) else cell


def as_sent(cell: str) -> str:
    """Return what a cell was before `harmless` or `marked_twice`."""
    return cell[1:] if _MARKED.match(cell) else cell


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
            sheet.write_string(place, column, str(marked_twice(cell))[:32_767], form)


async def xlsx_pieces(
    header: Sequence[Any], pages: AsyncIterator[Iterable[Sequence[Any]]]
) -> AsyncIterator[bytes]:
    """Give the bytes of a workbook with these pages of rows below the header.

    The cells are made, written and packed in a thread: the server answers others meanwhile.
    """
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        book = await asyncio.to_thread(_Book, file.name, header)
        async for rows in pages:
            await asyncio.to_thread(book.write, rows)
        await asyncio.to_thread(book.close)
        while piece := file.read(_PIECE):
            yield piece


class _Book:
    """A workbook whose rows go on with another sheet where one is full."""

    def __init__(self, target: str, header: Sequence[Any]) -> None:
        self._workbook = new_workbook(target)
        self._header = header
        self.close = self._workbook.close
        self._begin_sheet()

    def write(self, rows: Iterable[Sequence[Any]]) -> None:
        """Write rows below those that are there."""
        for cells in rows:
            if self._rows == ROWS_OF_A_SHEET:
                self._begin_sheet()
            self._rows += 1
            write_row(self._sheet, self._rows, cells)

    def _begin_sheet(self) -> None:
        self._sheet = self._workbook.add_worksheet()
        self._rows = 0
        write_row(self._sheet, 0, self._header)
