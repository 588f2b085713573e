"""The rejected rows as a file in the format that was sent, with the reasons beside them.

Whoever corrects the rows sends this file again as it is: the reasons are passed over.
"""

import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, TypeAlias
from xml.sax.saxutils import escape, quoteattr

import orjson

from app.imports.columns import TABLES
from app.imports.models import Import
from app.imports.readers.rows import EXTENSIONS, REASONS, FormatName, Kind
from app.imports.readers.table import without_empty_end
from app.imports.results import RejectedRow
from app.imports.spreadsheets import CSV, XLSX, as_sent, csv_line, xlsx_pieces

MEDIA_TYPES: Final = {
    "ndjson": "application/x-ndjson",
    # A file for the disk, not the answer of this API that is `application/json`.
    "json": "application/octet-stream",
    "csv": CSV,
    "xlsx": XLSX,
    "draft-json": "application/octet-stream",
    "draft-xml": "application/xml",
}
REASON_COLUMNS: Final = ("import_row", "import_codes", "import_reasons")

Pages: TypeAlias = AsyncIterator[Sequence[RejectedRow]]
Writer: TypeAlias = Callable[[Import, Pages], AsyncIterator[bytes]]


def result_file(job: Import, pages: Pages) -> AsyncIterator[bytes]:
    """Give the bytes of the file of rejected rows."""
    return _WRITERS[job.format](job, pages)


def file_name(job: Import) -> str:
    """Return a name for the file of rejected rows."""
    return f"{job.import_id}-rejected.{EXTENSIONS.get(job.format, job.format)}"


async def _ndjson(_job: Import, pages: Pages) -> AsyncIterator[bytes]:
    async for page in pages:
        yield b"".join(_with_reasons(row) + b"\n" for row in page)


async def _json(_job: Import, pages: Pages) -> AsyncIterator[bytes]:
    async for piece in _list(pages, b"[", b"]"):
        yield piece


async def _draft_json(job: Import, pages: Pages) -> AsyncIterator[bytes]:
    opening, closing = b'{"ACCMEActivities":{"MedicalEducationMetrics":[', b"]}}"
    if job.kind == "completions":
        opening = b'{"ACCMELearnerReports":{"ActivityReports":{"ActivityReport":['
        closing = b"]}}}"
    async for piece in _list(pages, opening, closing):
        yield piece


async def _list(pages: Pages, opening: bytes, closing: bytes) -> AsyncIterator[bytes]:
    yield opening
    separator = b"\n"
    async for page in pages:
        yield separator + b",\n".join(map(_with_reasons, page))
        separator = b",\n"
    yield b"\n" + closing


async def _draft_xml(job: Import, pages: Pages) -> AsyncIterator[bytes]:
    root = "ACCMEActivities" if job.kind == "activities" else "ACCMELearnerReports"
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<{root}>\n'.encode()
    async for page in pages:
        yield "".join(map(_element_with_reasons, page)).encode()
    yield f"</{root}>\n".encode()


async def _csv(job: Import, pages: Pages) -> AsyncIterator[bytes]:
    names = _own_columns(job)
    yield csv_line([*names.values(), *REASON_COLUMNS])
    async for page in pages:
        yield b"".join(map(csv_line, _table(job, names, page)))


async def _xlsx(job: Import, pages: Pages) -> AsyncIterator[bytes]:
    names = _own_columns(job)
    tables = (_table(job, names, page) async for page in pages)
    async for piece in xlsx_pieces([*names.values(), *REASON_COLUMNS], tables):
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


def _element_with_reasons(row: RejectedRow) -> str:
    reasons = "".join(
        f"<ImportProblem code={quoteattr(problem['code'])}>"
        f"{escape(problem['message'])}</ImportProblem>"
        for problem in row.problems
    )
    head, _, tail = row.sent.rpartition("</")
    told = f"<ImportProblems row={quoteattr(str(row.row))}>{reasons}</ImportProblems>"
    return f"{head}{told}</{tail}\n" if head else row.sent


def _own_columns(job: Import) -> dict[int, str]:
    """Return the columns that were sent, by their place, without reasons of an earlier time."""
    names = job.layout.get("columns", [])
    return {place: name for place, name in enumerate(names) if name not in REASON_COLUMNS}


def _table(
    job: Import, names: Mapping[int, str], page: Sequence[RejectedRow]
) -> Iterator[list[Any]]:
    """Give each row's own cells, the reasons, and behind them the cells that have no column."""
    for row in page:
        # What marks text in a cell is put there again by whoever writes it.
        cells = [as_sent(cell) if isinstance(cell, str) else cell for cell in json.loads(row.sent)]
        own = [cells[place] if place < len(cells) else None for place in names]
        beyond = without_empty_end(cells[len(job.layout["columns"]) :])
        yield [*own, *_reasons(row, job.kind), *beyond]


def _reasons(row: RejectedRow, kind: Kind) -> Sequence[Any]:
    codes = dict.fromkeys(problem["code"] for problem in row.problems)
    reasons = []
    for problem in row.problems:
        column = _column_at(kind, problem["pointer"])
        reasons.append(f"{column}: {problem['message']}" if column else problem["message"])
    return row.row, " ".join(codes), " | ".join(reasons)


@lru_cache(maxsize=1000)
def _column_at(kind: Kind, pointer: str) -> str | None:
    # Looking through every column takes longer than all else that is done for a row.
    return TABLES[kind].pointed_at(pointer)
