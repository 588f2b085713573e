"""NDJSON: one record as JSON on each line."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from app.core import strict_json
from app.imports.readers.rows import (
    MOST_BYTES_OF_A_ROW,
    REASONS,
    SentRow,
    Understood,
    row_too_large,
)

_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


def record_understood(document: Any) -> Understood:
    """Return what a record in the shape of the API asks for."""
    if isinstance(document, dict) and REASONS in document:
        document = {name: value for name, value in document.items() if name != REASONS}
    return Understood(document)


class JsonLinesReader:
    """Reads NDJSON. Blank lines are passed over; a line that is no JSON is a row that failed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.layout: dict[str, Any] = {}

    def count(self) -> int:
        """Return the number of lines that are not blank."""
        return sum(1 for _ in self.rows())

    def rows(self) -> Iterator[SentRow]:
        """Give every line that is not blank."""
        number = 0
        with self._path.open("rb") as file:
            while line := file.readline(MOST_BYTES_OF_A_ROW + 2):
                if len(line) > MOST_BYTES_OF_A_ROW + 1:
                    while not line.endswith(b"\n"):
                        more = file.readline(MOST_BYTES_OF_A_ROW)
                        if not more:
                            break
                        line = line[:1] + more[-1:]
                    number += 1
                    yield SentRow(number, None)
                    continue
                line = line.removeprefix(_BYTE_ORDER_MARK).strip()
                if line:
                    number += 1
                    yield SentRow(number, line)

    def understand(self, sent: bytes | None) -> Understood:
        """Read the line as strict JSON."""
        if sent is None:
            raise row_too_large()
        return record_understood(strict_json.parse(sent))

    def kept(self, sent: bytes | None) -> str:
        """Return the line, as far as it is text that can be kept."""
        return (sent or b"").decode(errors="replace").replace("\0", "\ufffd")
