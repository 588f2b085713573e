"""A JSON array of records."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from app.core import strict_json
from app.imports.readers.json_elements import elements
from app.imports.readers.json_lines import record_understood
from app.imports.readers.json_together import read_together
from app.imports.readers.rows import MOST_BYTES_OF_A_ROW, SentRow, Understood, row_too_large

_OPENING: Final = re.compile(r"\A[ \t\r\n]*\[")


class JsonArrayReader:
    """Reads one array whose elements are records in the shape of the API."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.layout: dict[str, Any] = {}

    def count(self) -> int:
        """Return the number of elements."""
        return sum(1 for _ in self.rows())

    def rows(self) -> Iterator[SentRow]:
        """Give the text of every element."""
        for number, element in enumerate(elements(self._path, _OPENING), 1):
            yield SentRow(number, element)

    def together(self, rows: Sequence[str]) -> list[Any]:
        """Read elements as strict JSON."""
        return read_together(
            [row.encode() if len(row) <= MOST_BYTES_OF_A_ROW else None for row in rows]
        )

    def understand(self, sent: str) -> Understood:
        """Read the element as strict JSON."""
        if len(sent) > MOST_BYTES_OF_A_ROW:
            raise row_too_large()
        return record_understood(strict_json.parse(sent.encode()))

    def kept(self, sent: str) -> str:
        """Return the element's text."""
        return sent
