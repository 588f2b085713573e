"""The problem document of RFC 9457: what every error of this API looks like."""

import json
from typing import Any, Final

import orjson
from starlette.requests import Request
from starlette.responses import Response

from app.core.errors import ProblemError

PROBLEM_JSON: Final = "application/problem+json"
_RETRYABLE: Final = frozenset({408, 429, 503})


def problem_document(error: ProblemError, request: Request) -> dict[str, Any]:
    """Return the document that explains this error to the client."""
    kind = error.kind
    return {
        "type": f"/problems/{kind.code}",
        "title": kind.title,
        "status": kind.status,
        "code": kind.code,
        "detail": error.detail,
        "instance": _path_as_sent(request),
        "request_id": request.scope.get("state", {}).get("request_id"),
        "saved": False,
        "retryable": kind.status in _RETRYABLE or "Retry-After" in error.headers,
        "errors": [violation.as_document() for violation in error.violations],
        "related": list(error.related),
        **error.members,
    }


def problem_response(error: ProblemError, request: Request) -> Response:
    """Return the response that carries the document of this error."""
    document = problem_document(error, request)
    request.scope["state"]["problem"] = error.kind.code
    return Response(_encoded(document), error.kind.status, error.headers, PROBLEM_JSON)


def _path_as_sent(request: Request) -> str:
    raw: bytes | None = request.scope.get("raw_path")
    return request.scope["path"] if raw is None else raw.decode("latin-1")


def _encoded(document: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(document, default=str)
    except TypeError:
        # A problem repeats what was sent, and that may be what orjson cannot write:
        # half a surrogate pair, or a very long integer.
        return json.dumps(document, default=str).encode()
