"""Pages of long lists: keyset cursors that clients carry and cannot read or forge."""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, Final
from urllib.parse import unquote_plus

import orjson
from fastapi import Query
from starlette.requests import Request

from app.core.errors import ProblemError, declare

CURSOR_INVALID = declare(
    "cursor.invalid",
    400,
    "The cursor does not belong to this list",
    "Begin without a cursor, and send `next_cursor` as it was received, with the same "
    "filters and the same sort.",
)

MOST_ROWS: Final = 200
USUAL_ROWS: Final = 50
_SIGNATURE_BYTES: Final = 16

MostAsked = Annotated[int, Query(ge=1, le=MOST_ROWS, description="Rows of a page at most.")]
CursorAsked = Annotated[
    str, Query(description="`next_cursor` of the page before. Empty: the first page.")
]


class Cursors:
    """Writes and reads the cursors of lists, signed with the secret of the application."""

    def __init__(self, secret: str, previous: Iterable[str] = ()) -> None:
        """Sign with the present secret, and accept the cursors of previous ones too."""
        self._keys = [
            hashlib.sha256(b"cursor:" + one.encode()).digest() for one in (secret, *previous)
        ]

    def encode(self, keys: Sequence[Any], selection: Mapping[str, Any]) -> str:
        """Return the cursor behind the row with these sort keys.

        `selection` is what the list was asked for: whose it is, its filters and its sort.
        """
        payload = orjson.dumps(list(keys))
        return (
            urlsafe_b64encode(self._signature(self._keys[0], payload, selection) + payload)
            .decode()
            .rstrip("=")
        )

    def decode(self, cursor: str, selection: Mapping[str, Any]) -> list[Any]:
        """Return the sort keys; raise 400 for a cursor that is forged or of another list."""
        try:
            signed = urlsafe_b64decode(cursor.encode("ascii") + b"==")
        except ValueError:
            raise _invalid() from None
        signature, payload = signed[:_SIGNATURE_BYTES], signed[_SIGNATURE_BYTES:]
        if not any(
            hmac.compare_digest(signature, self._signature(key, payload, selection))
            for key in self._keys
        ):
            raise _invalid()
        keys: list[Any] = orjson.loads(payload)
        return keys

    def _signature(self, key: bytes, payload: bytes, selection: Mapping[str, Any]) -> bytes:
        asked = orjson.dumps(selection, option=orjson.OPT_SORT_KEYS, default=str)
        # The length stands between the two, so that none can borrow from the other.
        message = len(asked).to_bytes(8, "big") + asked + payload
        return hmac.digest(key, message, "sha256")[:_SIGNATURE_BYTES]


def page_document(
    rows: Sequence[Mapping[str, Any]], next_cursor: str | None, limit: int
) -> dict[str, Any]:
    """Return a page as clients read it."""
    return {"data": rows, "page": {"next_cursor": next_cursor, "limit": limit}}


def link_header(request: Request, next_cursor: str | None) -> dict[str, str]:
    """Return the Link header that leads to the next page, or none on the last page."""
    if next_cursor is None:
        return {}
    asked: bytes = request.scope["query_string"]
    others = [part for part in asked.decode("latin-1").split("&") if not _is_cursor(part)]
    query = "&".join([*others, f"cursor={next_cursor}"])
    path: bytes = request.scope["raw_path"]
    return {"Link": f'<{path.decode("latin-1")}?{query}>; rel="next"'}


def _is_cursor(part: str) -> bool:
    return unquote_plus(part.partition("=")[0]) in {"cursor", ""}


def _invalid() -> ProblemError:
    return ProblemError(CURSOR_INVALID, "The cursor is not one that this list gave out.")
