"""The rejected rows as a file in the format that was sent, with the reasons beside them.

Whoever corrects the rows sends this file again as it is: the reasons are passed over.
"""

import json
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, Final, TypeAlias
from xml.sax.saxutils import escape, quoteattr

import orjson

from app.imports.columns import TABLES
from app.imports.models import Import
from app.imports.readers.rows import REASONS, FormatName, Kind
from app.imports.readers.table import without_empty_end
from app.imports.results import RejectedRow
from app.imports.spreadsheets import CSV, XLSX, csv_line, new_workbook, write_row

MEDIA_TYPES: Final = {
    "ndjson": "application/x-ndjson",
    # A file for the disk, not the answer of this API that is `application/json`.
    "json": "application/octet-stream",
    "csv": CSV,
    "xlsx": XLSX,
    "draft-json": "application/octet-stream",
    "draft-xml": "application/xml",
}
EXTENSIONS: Final = {"draft-json": "json", "draft-xml": "xml"}
REASON_COLUMNS: Final = ("import_row", "import_codes", "import_reasons")
_PIECE: Final = 1 << 16

Rows = AsyncIterator[RejectedRow]


Writer: TypeAlias = Callable[[Import, Rows], AsyncIterator[bytes]]


def result_file(job: Import, rows: Rows) -> AsyncIterator[bytes]:
    """Give the bytes of the file of rejected rows."""
    return _WRITERS[job.format](job, rows)


def file_name(job: Import) -> str:
    """Return a name for the file of rejected rows."""
    return f"{job.import_id}-rejected.{EXTENSIONS.get(job.format, job.format)}"


async def _ndjson(_job: Import, rows: Rows) -> AsyncIterator[bytes]:
    async for row in rows:
        yield _with_reasons(row) + b"\n"


async def _json(_job: Import, rows: Rows) -> AsyncIterator[bytes]:
    async for piece in _list(rows, b"[", b"]"):
        yield piece


async def _draft_json(job: Import, rows: Rows) -> AsyncIterator[bytes]:
    opening, closing = b'{"ACCMEActivities":{"MedicalEducationMetrics":[', b"]}}"
    if job.kind == "completions":
        opening = b'{"ACCMELearnerReports":{"ActivityReports":{"ActivityReport":['
        closing = b"]}}}"
    async for piece in _list(rows, opening, closing):
        yield piece


async def _list(rows: Rows, opening: bytes, closing: bytes) -> AsyncIterator[bytes]:
    yield opening
    separator = b"\n"
    async for row in rows:
        yield separator + _with_reasons(row)
        separator = b",\n"
    yield b"\n" + closing


async def _draft_xml(job: Import, rows: Rows) -> AsyncIterator[bytes]:
    root = "ACCMEActivities" if job.kind == "activities" else "ACCMELearnerReports"
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<{root}>\n'.encode()
    async for row in rows:
        reasons = "".join(
            f"<ImportProblem code={quoteattr(problem['code'])}>"
            f"{escape(problem['message'])}</ImportProblem>"
            for problem in row.problems
        )
        head, _, tail = row.sent.rpartition("</")
        told = f"<ImportProblems row={quoteattr(str(row.row))}>{reasons}</ImportProblems>"
        yield f"{head}{told}</{tail}\n".encode() if head else row.sent.encode()
    yield f"</{root}>\n".encode()


async def _csv(job: Import, rows: Rows) -> AsyncIterator[bytes]:
    names = _own_columns(job)
    yield csv_line([*names.values(), *REASON_COLUMNS])
    async for row in rows:
        yield csv_line(_told(row, job, names))


async def _xlsx(job: Import, rows: Rows) -> AsyncIterator[bytes]:
    names = _own_columns(job)
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        workbook = new_workbook(file.name)
        sheet = workbook.add_worksheet(job.kind)
        write_row(sheet, 0, [*names.values(), *REASON_COLUMNS])
        place = 0
        async for row in rows:
            place += 1
            write_row(sheet, place, _told(row, job, names))
        workbook.close()
        while piece := file.read(_PIECE):
            yield piece


_WRITERS: Final[dict[FormatName, Writer]] = {
    "ndjson": _ndjson,
    "json": _json,
    "csv": _csv,
    "xlsx": _xlsx,
    "draft-json": _draft_json,
    "draft-xml": _draft_xml,
}


def _with_reasons(row: RejectedRow) -> bytes:
    try:
        document = json.loads(row.sent)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        document = {"import_text": row.sent}
    return orjson.dumps({**document, REASONS: row.problems})


def _own_columns(job: Import) -> dict[int, str]:
    """Return the columns that were sent, by their place, without reasons of an earlier time."""
    names = job.layout.get("columns", [])
    return {place: name for place, name in enumerate(names) if name not in REASON_COLUMNS}


def _told(row: RejectedRow, job: Import, names: dict[int, str]) -> list[Any]:
    """Return a row's own cells, the reasons, and behind them the cells that have no column."""
    cells = json.loads(row.sent)
    own = [cells[place] if place < len(cells) else None for place in names]
    beyond = without_empty_end(cells[len(job.layout["columns"]) :])
    return [*own, *_reasons(row, job.kind), *beyond]


def _reasons(row: RejectedRow, kind: Kind) -> Sequence[Any]:
    codes = dict.fromkeys(problem["code"] for problem in row.problems)
    reasons = []
    for problem in row.problems:
        column = TABLES[kind].pointed_at(problem["pointer"])
        reasons.append(f"{column}: {problem['message']}" if column else problem["message"])
    return row.row, " ".join(codes), " | ".join(reasons)
