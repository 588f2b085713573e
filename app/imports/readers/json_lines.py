"""NDJSON: one record as JSON on each line."""

from collections.abc import Iterator, Sequence
from itertools import chain, starmap
from pathlib import Path
from typing import Any, Final

from app.core import strict_json
from app.imports.readers.json_together import read_together
from app.imports.readers.rows import (
    MOST_BYTES_OF_A_ROW,
    REASONS,
    SentRow,
    Understood,
    row_too_large,
)

_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_BLOCK: Final = 1 << 20


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
        return sum(len(lines) for lines in self._lines())

    def rows(self) -> Iterator[SentRow]:
        """Give every line that is not blank."""
        return starmap(SentRow, enumerate(chain.from_iterable(self._lines()), 1))

    def _lines(self) -> Iterator[list[bytes | None]]:
        """Give the lines that are not blank, block by block; None for one that is too large."""
        with self._path.open("rb") as file:
            rest, in_too_large = b"", False
            while block := file.read(_BLOCK):
                text = rest + block
                plain = len(text) <= MOST_BYTES_OF_A_ROW and _BYTE_ORDER_MARK not in text
                *lines, rest = text.split(b"\n")
                if in_too_large and lines:
                    del lines[0]
                    in_too_large = False
                found = _plain_rows_in(lines) if plain else _rows_in(lines)
                if len(rest) > MOST_BYTES_OF_A_ROW and not in_too_large:
                    found.append(None)
                    in_too_large = True
                if in_too_large:
                    rest = b""
                yield found
            yield _rows_in([rest])

    def together(self, rows: Sequence[bytes | None]) -> list[Any]:
        """Read lines as strict JSON."""
        return read_together(rows)

    def understand(self, sent: bytes | None) -> Understood:
        """Read the line as strict JSON."""
        if sent is None:
            raise row_too_large()
        return record_understood(strict_json.parse(sent))

    def kept(self, sent: bytes | None) -> str:
        """Return the line, as far as it is text that can be kept."""
        return (sent or b"").decode(errors="replace").replace("\0", "\ufffd")


def _plain_rows_in(lines: Sequence[bytes]) -> list[bytes | None]:
    return list(filter(None, map(bytes.strip, lines)))


def _rows_in(lines: Sequence[bytes]) -> list[bytes | None]:
    rows = [
        None if len(line) > MOST_BYTES_OF_A_ROW else line.removeprefix(_BYTE_ORDER_MARK).strip()
        for line in lines
    ]
    return [row for row in rows if row != b""]
