"""CSV: UTF-8, with a comma, a semicolon or a tab between the cells."""

import csv
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, TextIO

from app.imports.problems import FILE_UNREADABLE
from app.imports.readers.rows import Kind, SentRow, Understood, file_problem
from app.imports.readers.table import rows_under, understood

_SEPARATORS: Final = (",", ";", "\t")
_LOOKED_AT: Final = 1 << 16


class CsvReader:
    """Reads a CSV file whose header names columns of the template."""

    def __init__(self, path: Path, kind: Kind) -> None:
        self._path = path
        self._kind: Kind = kind
        with self._open() as file:
            self._header, _ = self._table(file)
        self.layout: dict[str, Any] = {"columns": list(self._header.names)}

    def count(self) -> int:
        """Return the number of rows below the header that are not empty."""
        return sum(1 for _ in self.rows())

    def rows(self) -> Iterator[SentRow]:
        """Give the cells of every row."""
        with self._open() as file:
            try:
                yield from self._table(file)[1]
            except csv.Error as error:
                raise file_problem(FILE_UNREADABLE, f"The CSV is broken: {error}.") from None
            except UnicodeDecodeError:
                raise _not_utf_8() from None

    def together(self, rows: Sequence[list[Any]]) -> list[Any]:
        """Read the cells of many rows by the header."""
        return [self._header.record(cells) for cells in rows]

    def understand(self, sent: list[str]) -> Understood:
        """Read the cells by the header."""
        return understood(self._header, sent)

    def kept(self, sent: list[str]) -> str:
        """Return the cells as JSON."""
        return json.dumps([cell.replace("\0", "\ufffd") for cell in sent], ensure_ascii=False)

    def _open(self) -> TextIO:
        return self._path.open(encoding="utf-8-sig", newline="")

    def _table(self, file: TextIO) -> Any:
        try:
            first = file.read(_LOOKED_AT)
            file.seek(0)
            lines = csv.reader(file, delimiter=_separator(first), strict=True)
            return rows_under(iter(lines), self._kind)
        except csv.Error as error:
            raise file_problem(FILE_UNREADABLE, f"The CSV is broken: {error}.") from None
        except UnicodeDecodeError:
            raise _not_utf_8() from None


def _separator(text: str) -> str:
    return max(_SEPARATORS, key=text.count)


def _not_utf_8() -> Exception:
    return file_problem(FILE_UNREADABLE, "The file is not UTF-8; save it as “CSV UTF-8”.")
