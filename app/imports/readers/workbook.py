"""Excel: the first sheet of a workbook that has the header of the template."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from app.imports.problems import FILE_UNREADABLE
from app.imports.readers.rows import Kind, SentRow, Understood, file_problem
from app.imports.readers.table import rows_under
from app.imports.readers.workbook_guard import refuse_dangerous


class WorkbookReader:
    """Reads a workbook. Formulas count by the values that Excel kept for them."""

    def __init__(self, path: Path, kind: Kind) -> None:
        refuse_dangerous(path)
        self._kind: Kind = kind
        try:
            with CalamineWorkbook.from_path(path) as workbook:
                self._sheet = workbook.get_sheet_by_index(0)
        except (CalamineError, OSError, ValueError) as error:
            raise file_problem(FILE_UNREADABLE, f"The workbook cannot be read: {error}.") from None
        self._header, _ = rows_under(self._sheet.iter_rows(), kind)
        self.layout: dict[str, Any] = {"columns": list(self._header.names)}

    def count(self) -> int:
        """Return the number of rows below the header that are not empty."""
        return sum(1 for _ in self.rows())

    def rows(self) -> Iterator[SentRow]:
        """Give the cells of every row."""
        yield from rows_under(self._sheet.iter_rows(), self._kind)[1]

    def together(self, rows: Sequence[list[Any]]) -> list[Any]:
        """Read the cells of many rows by the header."""
        return self._header.together(rows)

    def understand(self, sent: list[Any]) -> Understood:
        """Read the cells by the header."""
        return self._header.understood(sent)

    def kept(self, sent: list[Any]) -> str:
        """Return the cells as JSON, days and times as text."""
        return json.dumps(sent, default=str, ensure_ascii=False)
