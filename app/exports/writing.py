"""Writing an export as it is read: no more than a page of it is in memory."""

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, Final, Literal, TypeAlias

import orjson

from app.core.admission import busy
from app.exports.reading import Export, Record
from app.imports.columns import TABLES, values_of
from app.imports.readers.rows import Kind
from app.imports.spreadsheets import CSV, XLSX, csv_line, xlsx_pieces

ExportFormat = Literal["ndjson", "csv", "xlsx"]
NDJSON: Final = "application/x-ndjson"
MEDIA_TYPES: Final[dict[ExportFormat, str]] = {"ndjson": NDJSON, "csv": CSV, "xlsx": XLSX}

_OF_THE_SERVER: Final = {
    "activities": (
        "status",
        "next_status",
        "missing_count",
        "version",
        "created_at",
        "updated_at",
        "closed_at",
    ),
    "completions": ("completion_id", "version", "created_at", "updated_at"),
}

Writer: TypeAlias = Callable[[Export], AsyncIterator[bytes]]


async def _ndjson(export: Export) -> AsyncIterator[bytes]:
    async for page in export.pages():
        yield b"".join(orjson.dumps(record) + b"\n" for record in page)


async def _csv(export: Export) -> AsyncIterator[bytes]:
    table = await _Table.of(export)
    yield csv_line(table.header)
    async for page in export.pages():
        yield b"".join(csv_line(table.cells(record)) for record in page)


async def _xlsx(export: Export) -> AsyncIterator[bytes]:
    table = await _Table.of(export)
    pages = (map(table.cells, page) async for page in export.pages())
    async for piece in xlsx_pieces(table.header, pages):
        yield piece


WRITERS: Final[dict[ExportFormat, Writer]] = {"ndjson": _ndjson, "csv": _csv, "xlsx": _xlsx}


class _Table:
    """The columns of an export: those that imports read, and what the system says."""

    def __init__(self, kind: Kind, times: Mapping[str, int]) -> None:
        self._times = times
        self._table = TABLES[kind]
        self._columns = self._table.columns(times)
        self._told = _OF_THE_SERVER[kind]
        self.header = [*(column.name for column in self._columns), *self._told]

    @classmethod
    async def of(cls, export: Export) -> "_Table":
        """Return the table that holds every record of an export."""
        return cls(export.kind, await export.times())

    def cells(self, record: Record) -> list[Any]:
        """Return the cells of a record.

        Raises ProblemError 503 `server.busy` when the record has grown beyond the columns, which
        breaks the file off: a whole one would lack what came to it.
        """
        if not self._table.holds(record, self._times):
            raise busy()
        told = {**record, "missing_count": len(record.get("missing", ()))}
        return [*values_of(self._columns, record), *(told[name] for name in self._told)]
