"""Examples for the document: they succeed as they stand with the demo's key."""

from typing import Any, Final

from app.activities import examples as activity_examples
from app.activities.schemas import ActivityContent
from app.core.openapi import describe
from app.imports.problems import (
    DELETED_MEANWHILE,
    FILE_EMPTY,
    FILE_TOO_LARGE,
    MULTIPART_INVALID,
)
from app.imports.readers.rows import Kind

# The demo has an import of this id, which has come to its end.
DEMO_IMPORT: Final = "imp_000000000000000000000001"
NAMED: Final = {"import_id": DEMO_IMPORT}
_KIND: Final[Kind] = "activities"
SENT: Final = {"kind": _KIND, "format": "ndjson"}
_FILE: Final = {"schema": {"type": "string", "format": "binary"}}
_OTHER_BODIES: Final = {
    "text/csv": {"schema": {"type": "string"}},
    "application/octet-stream": _FILE,
    "multipart/form-data": {
        "schema": {
            "type": "object",
            "properties": {"file": {"type": "string", "format": "binary"}},
            "required": ["file"],
        }
    },
}


def describe_upload() -> dict[str, Any]:
    """Return what the document says of the call that takes a file."""
    described = describe(
        body=ActivityContent,
        example=activity_examples.DRAFT,
        media_types=("application/x-ndjson",),
        parameters=SENT,
        problems=[FILE_EMPTY, FILE_TOO_LARGE, MULTIPART_INVALID, DELETED_MEANWHILE],
    )
    described["openapi_extra"]["requestBody"]["content"].update(_OTHER_BODIES)
    return described
