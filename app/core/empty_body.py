"""Calls that take no body: what is sent all the same is refused, and never ignored."""

from typing import Annotated

from fastapi import Depends, Request

from app.core.fields import Written
from app.core.request_body import read_bytes, read_json
from app.core.validation import valid


class _Nothing(Written):
    """An object without members."""


async def nothing_sent(request: Request) -> None:
    """Raise ProblemError 413, 415, 400 or 422 unless the body is absent, or an empty object.

    The dependency stands behind the one that knows who is calling.
    """
    body = request.scope["state"]["body"] = await read_bytes(request)
    if body:
        valid(_Nothing, await read_json(request))


NothingSent = Annotated[None, Depends(nothing_sent)]
