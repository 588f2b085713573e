"""CSV: UTF-8, with a comma, a semicolon or a tab between the cells."""

import csv
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, TextIO

from app.imports.problems import FILE_REFUSED, FILE_UNREADABLE
from app.imports.readers.rows import (
    MOST_BYTES_OF_A_ROW,
    Kind,
    SentRow,
    Understood,
    file_problem,
)
from app.imports.readers.table import Header, rows_under

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
        return self._header.together(rows)

    def understand(self, sent: list[str]) -> Understood:
        """Read the cells by the header."""
        return self._header.understood(sent)

    def kept(self, sent: list[str]) -> str:
        """Return the cells as JSON."""
        return json.dumps([cell.replace("\0", "\ufffd") for cell in sent], ensure_ascii=False)

    def _open(self) -> TextIO:
        return self._path.open(encoding="utf-8-sig", newline="")

    def _table(self, file: TextIO) -> tuple[Header, Iterator[SentRow]]:
        try:
            first = file.read(_LOOKED_AT)
            file.seek(0)
            return rows_under(_rows(file, _separator(first)), self._kind)
        except csv.Error as error:
            raise file_problem(FILE_UNREADABLE, f"The CSV is broken: {error}.") from None
        except UnicodeDecodeError:
            raise _not_utf_8() from None


class _Lines:
    """The lines of a file, as long as a row does not go on and on over them."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._number = 0
        self.of_this_row = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._file.readline(MOST_BYTES_OF_A_ROW + 1)
        if not line:
            raise StopIteration
        self._number += 1
        self.of_this_row += len(line)
        if self.of_this_row > MOST_BYTES_OF_A_ROW:
            detail = f"The row around line {self._number:,} has more than"
            raise file_problem(FILE_REFUSED, f"{detail} {MOST_BYTES_OF_A_ROW:,} characters.")
        return line


def _rows(file: TextIO, separator: str) -> Iterator[list[str]]:
    lines = _Lines(file)
    for cells in csv.reader(lines, delimiter=separator, strict=True):
        lines.of_this_row = 0
        yield cells


def _separator(text: str) -> str:
    return max(_SEPARATORS, key=text.count)


def _not_utf_8() -> Exception:
    return file_problem(FILE_UNREADABLE, "The file is not UTF-8; save it as “CSV UTF-8”.")
