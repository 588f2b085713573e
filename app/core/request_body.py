"""The body of a request: of an accepted type, within the limit, and strict JSON."""

from typing import Any, Final

from starlette.requests import ClientDisconnect, Request

from app.core import strict_json
from app.core.errors import ProblemError, declare

MEDIA_TYPE_UNSUPPORTED = declare(
    "media_type.unsupported",
    415,
    "The body has a media type that this call does not take",
    "Send the media type that the detail names, in UTF-8 and not compressed.",
)
BODY_TOO_LARGE = declare(
    "body.too_large",
    413,
    "The body is too large",
    "Send at most 2 MB; split a larger batch.",
)
BODY_INCOMPLETE = declare(
    "body.incomplete",
    400,
    "The body ended too early",
    "Send the whole body.",
)

MOST_BYTES: Final = 2_000_000
# So many times the limit is read to its end, so that the client gets to read why it is refused.
_READ_TO_THE_END: Final = 10
JSON: Final = "application/json"
MERGE_PATCH: Final = "application/merge-patch+json"


async def read_json(
    request: Request,
    accepted: tuple[str, ...] = (JSON,),
) -> Any:
    """Return the JSON value of the body; raise ProblemError 415, 413 or 400."""
    _require_media_type(request, accepted)
    return strict_json.parse(await read_bytes(request))


async def read_bytes(request: Request, most: int = MOST_BYTES) -> bytes:
    """Return the body; raise ProblemError 413 when it is too large.

    Whoever is still sending when the connection is closed loses the answer with it. Unless
    the body is far too large, or its sender waits for permission, it is therefore read to
    its end, and dropped.
    """
    read_before: bytes | None = request.scope.get("state", {}).get("body")
    if read_before is not None:
        return read_before
    patience = 0 if "expect" in request.headers else _READ_TO_THE_END * most
    if _declares_more_than(max(most, patience), request):
        raise _too_large(most)
    body = bytearray()
    size = 0
    try:
        # What arrives is counted: the length may be absent, or untrue.
        async for chunk in request.stream():
            size += len(chunk)
            if size <= most:
                body += chunk
            elif size > patience:
                break
    except ClientDisconnect:
        raise ProblemError(BODY_INCOMPLETE, "The body ended before it was complete.") from None
    if size > most:
        raise _too_large(most)
    return bytes(body)


def _declares_more_than(most: int, request: Request) -> bool:
    declared = request.headers.get("content-length", "")
    return declared.isdecimal() and (len(declared) > len(str(most)) or int(declared) > most)


def _require_media_type(request: Request, accepted: tuple[str, ...]) -> None:
    sent = request.headers.get("content-type", "")
    # The form that nearly every client sends is decided without a parser.
    if sent not in accepted:
        media_type, _, parameters = sent.partition(";")
        if media_type.strip().lower() not in accepted or not _is_utf_8(parameters):
            typed = f"body of type {sent[:100]!a}" if sent else "body without Content-Type"
            raise _unsupported(typed, accepted)
    encoding = request.headers.get("content-encoding", "identity")
    if encoding.strip().lower() != "identity":
        compressed = f"body encoded as {encoding[:100]!a}"
        raise _unsupported(compressed, accepted)


def _is_utf_8(parameters: str) -> bool:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"').lower() in ("utf-8", "utf8")
    return True


def _unsupported(sent: str, accepted: tuple[str, ...]) -> ProblemError:
    types = " or ".join(accepted)
    detail = f"This call takes {types} in UTF-8, not compressed, and no {sent}. Nothing was saved."
    return ProblemError(MEDIA_TYPE_UNSUPPORTED, detail, headers={"Accept": ", ".join(accepted)})


def _too_large(most: int) -> ProblemError:
    # A rest of the body may stay unread, so the connection cannot carry another request.
    headers = {"Connection": "close"}
    detail = f"The body has more than {most:,} bytes. Nothing was saved."
    return ProblemError(BODY_TOO_LARGE, detail, headers=headers)
