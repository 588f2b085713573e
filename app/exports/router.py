"""The calls that give all records of a provider as a file."""

from collections.abc import AsyncIterator
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import StreamingResponse

from app.activities.calls import Reading, ReadingCall
from app.core.openapi import describe
from app.exports.reading import Export
from app.exports.writing import MEDIA_TYPES, NDJSON, WRITERS, ExportFormat
from app.imports.readers.rows import Kind
from app.imports.spreadsheets import XLSX

router = APIRouter(prefix="/v1/providers/{provider_id}/exports", tags=["Exports"])

ReadsActivities = Annotated[Reading, Depends(ReadingCall("activities:read"))]
ReadsCompletions = Annotated[Reading, Depends(ReadingCall("completions:read"))]
Format = Annotated[ExportFormat, Query(alias="format", description="How the file is written.")]
_TEXT: Final = {"schema": {"type": "string"}}
_FILE: Final[dict[int, dict[str, Any]]] = {
    200: {
        "description": "The file, as it is written.",
        "content": {
            NDJSON: _TEXT,
            "text/csv": _TEXT,
            XLSX: {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


@router.get(
    "/activities",
    response_class=Response,
    operation_id="exports_activities",
    **describe(parameters={"format": "csv"}, responses=_FILE),
)
async def export_activities(call: ReadsActivities, file_format: Format = "ndjson") -> Response:
    """Get all activities with support, MOC and counts: whole as NDJSON, or as a table.

    The columns are those of the import template, so that a table that was corrected can be
    imported again. No cell is a formula.
    """
    return await _file(call, "activities", file_format)


@router.get(
    "/completions",
    response_class=Response,
    operation_id="exports_completions",
    **describe(parameters={"format": "csv"}, responses=_FILE),
)
async def export_completions(call: ReadsCompletions, file_format: Format = "ndjson") -> Response:
    """Get all completions of all activities.

    The person is masked, unless the credential has the scope `completions:read_pii`.
    """
    return await _file(call, "completions", file_format)


async def _file(call: Reading, kind: Kind, file_format: ExportFormat) -> Response:
    pieces = WRITERS[file_format](Export(call, kind))
    # While nothing has been sent, a database that cannot serve is said to be one.
    first = await anext(pieces, b"")

    async def all_pieces() -> AsyncIterator[bytes]:
        yield first
        async for piece in pieces:
            yield piece

    return StreamingResponse(
        all_pieces(),
        headers={"Content-Disposition": f'attachment; filename="{kind}.{file_format}"'},
        media_type=MEDIA_TYPES[file_format],
    )
