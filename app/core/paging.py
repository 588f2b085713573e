"""Pages of long lists: keyset cursors that clients carry and cannot read or forge."""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Any, Final, TypeVar
from urllib.parse import unquote_plus

import orjson
from fastapi import Query, Request, Response

from app.core.errors import ProblemError, declare
from app.core.replies import json_response

T = TypeVar("T")

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


class AskedPage:
    """The page of a list that a request asks for, and the answer with it.

    `behind` are the sort keys that it begins behind, and None of the first page. Whoever reads
    `most` rows has read one more than the page holds, which tells that there is another page.
    """

    def __init__(
        self, request: Request, limit: int, cursor: str, selection: Mapping[str, Any]
    ) -> None:
        """Read the cursor; raise ProblemError 400 for one that is not of this selection."""
        self._request = request
        self._limit = limit
        self._selection = selection
        self._cursors: Cursors = request.app.state.cursors
        self.behind = self._cursors.decode(cursor, selection) if cursor else None
        self.most = limit + 1

    def answer(
        self,
        found: Sequence[T],
        keys_of: Callable[[T], Sequence[Any]],
        present: Callable[[T], Mapping[str, Any]],
        *,
        beside: Mapping[str, Any] = MappingProxyType({}),
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> Response:
        """Answer with what was found; more members may stand beside the page."""
        shown = found[: self._limit]
        next_cursor = None
        if len(found) > self._limit:
            next_cursor = self._cursors.encode(keys_of(shown[-1]), self._selection)
        page = {"next_cursor": next_cursor, "limit": self._limit}
        document = {"data": [present(row) for row in shown], "page": page, **beside}
        return json_response(
            document, headers={**headers, **link_header(self._request, next_cursor)}
        )


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
