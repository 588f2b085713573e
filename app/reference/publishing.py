"""How public facts leave the system: as JSON that anybody may keep for an hour."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi import Request, Response
from pydantic import BaseModel

from app.core.errors import ErrorCode
from app.core.etag import etag, not_modified
from app.core.openapi import Header, describe

CACHE_CONTROL: Final = "public, max-age=3600"
IF_NONE_MATCH: Final = Header(
    "If-None-Match", "The ETag of the document that the client has already.", '"1"'
)


def published(request: Request, document: BaseModel) -> Response:
    """Return the document with its ETag, or 304 to a client that has it already."""
    body = document.model_dump_json().encode()
    # These documents have no counted version: their content is what tells them apart.
    version = int.from_bytes(hashlib.sha256(body).digest()[:8], "big")
    response = not_modified(request, version) or Response(
        body, headers={"ETag": etag(version)}, media_type="application/json"
    )
    response.headers["Cache-Control"] = CACHE_CONTROL
    return response


def described(
    parameters: Mapping[str, Any] | None = None, problems: Sequence[ErrorCode] = ()
) -> dict[str, Any]:
    """Return what the document says of every route that publishes facts."""
    return describe(
        parameters=parameters,
        headers=[IF_NONE_MATCH],
        problems=problems,
        responses={304: {"description": "The client has this document already."}},
        public=True,
    )
