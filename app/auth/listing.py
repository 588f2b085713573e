"""Pages of credentials, the newest first."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated, Any

import orjson
from fastapi import Depends, Path, Request, Response

from app.auth.models import Credential
from app.core.paging import (
    USUAL_ROWS,
    CursorAsked,
    Cursors,
    MostAsked,
    link_header,
    page_document,
)

CredentialId = Annotated[
    str,
    Path(
        description="As it was given when the key was issued.",
        json_schema_extra={"pattern": "^cred_[0-9a-f]{16}$", "example": "cred_0000000000000001"},
    ),
]
ReadPage = Callable[[tuple[datetime, str] | None, int], Awaitable[list[Credential]]]
Present = Callable[[Credential, datetime], dict[str, Any]]


class AskedPage:
    """Which page of a list of credentials is asked for."""

    def __init__(
        self,
        request: Request,
        limit: MostAsked = USUAL_ROWS,
        cursor: CursorAsked = "",
    ) -> None:
        self._request = request
        self._limit = limit
        self._cursor = cursor

    async def answer(self, of: str, read: ReadPage, present: Present) -> Response:
        """Read the page and return it as clients read it."""
        cursors: Cursors = self._request.app.state.cursors
        selection = {"list": "credentials", "of": of}
        before = None
        if self._cursor:
            created_at, credential_id = cursors.decode(self._cursor, selection)
            before = datetime.fromisoformat(created_at), credential_id
        found = await read(before, self._limit + 1)
        shown = found[: self._limit]
        next_cursor = None
        if len(found) > self._limit:
            last = shown[-1]
            place = [last.created_at.isoformat(), last.credential_id]
            next_cursor = cursors.encode(place, selection)
        now = datetime.now(UTC)
        rows = [present(credential, now) for credential in shown]
        return Response(
            orjson.dumps(page_document(rows, next_cursor, self._limit)),
            headers=link_header(self._request, next_cursor),
            media_type="application/json",
        )


Asked = Annotated[AskedPage, Depends()]
