"""Entity tags (RFC 9110, section 13): which version a client has seen, and what follows."""

import re
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from app.core.errors import ProblemError, declare

PRECONDITION_REQUIRED = declare(
    "precondition.required",
    428,
    "The call needs If-Match",
    "Read the record, and send its ETag in If-Match; `If-Match: *` changes any version.",
)
PRECONDITION_FAILED = declare(
    "precondition.failed",
    412,
    "The record is not in the state the call asks for",
    "Read the record again, apply the change to what it says now, and send its new ETag.",
)
PRECONDITION_MALFORMED = declare(
    "precondition.malformed",
    400,
    "The precondition cannot be read",
    'Send an ETag as it was received, in quotes, such as If-Match: "3"; or `*`.',
)

_TAG: Final = re.compile(r'\s*((?:W/)?"[\x21\x23-\x7e\x80-\xff]*")\s*')
_WEAK: Final = "W/"
_IF_MATCH: Final = "If-Match"
_IF_NONE_MATCH: Final = "If-None-Match"


def etag(version: int) -> str:
    """Return the ETag of a version."""
    return f'"{version}"'


@dataclass(frozen=True, slots=True)
class Precondition:
    """What a write asks of the record before it happens.

    `match` holds the tags of If-Match and is None without that header, `none_match` those
    of If-None-Match; the tag `*` stands for any version.
    """

    match: frozenset[str] | None = None
    none_match: frozenset[str] | None = None

    def require(self) -> None:
        """Raise 428 unless the call names the versions it may change."""
        if self.match is None:
            detail = "Send the ETag of the record in If-Match. Nothing was saved."
            raise ProblemError(PRECONDITION_REQUIRED, detail)

    def check(self, version: int | None) -> None:
        """Raise 412 unless the record, or its absence (None), is what the call asks for."""
        if self.match is not None and not _matches(self.match, version):
            raise _failed(_IF_MATCH, version)
        if self.none_match is not None and _matches(self.none_match, version):
            raise _failed(_IF_NONE_MATCH, version)


def if_match(request: Request) -> Precondition:
    """Return the preconditions of a write. Weak tags are read, and match no version."""
    return Precondition(_strong_tags(request, _IF_MATCH), _strong_tags(request, _IF_NONE_MATCH))


class Unversioned:
    """A dependency of writes on what has no version: there no version is the one asked for.

    It stands behind the one that knows who is calling. `*` names no version: it asks that what
    the URL names is there (RFC 9110, section 13.1.1), as the list is that a POST adds to.
    """

    def __init__(self, why: str) -> None:
        self._why = why

    async def __call__(self, request: Request) -> None:
        """Raise 412 when the call names a version."""
        match = if_match(request).match
        if match is not None and "*" not in match:
            detail = f"{_IF_MATCH} asks for a version, and {self._why}. Nothing was saved."
            raise ProblemError(PRECONDITION_FAILED, detail)


_NEW: Final = "this call makes a new record, which has none yet"
_SEVERAL: Final = (
    "this call is about several records, each of which has its own; "
    "a record of a batch can carry its `version`"
)
NewRecord = Annotated[None, Depends(Unversioned(_NEW))]
SeveralRecords = Annotated[None, Depends(Unversioned(_SEVERAL))]
WithoutVersion = Annotated[None, Depends(Unversioned("what the URL names has none"))]


def not_modified(request: Request, version: int) -> Response | None:
    """Return the answer 304 when If-None-Match names this version, else None."""
    tags = _tags(request, _IF_NONE_MATCH)
    # Reading compares weakly: a tag that a proxy weakened still names the same content.
    if tags and _matches(frozenset(tag.removeprefix(_WEAK) for tag in tags), version):
        return Response(status_code=304, headers={"ETag": etag(version)})
    return None


def _matches(tags: frozenset[str], version: int | None) -> bool:
    return version is not None and ("*" in tags or etag(version) in tags)


def _failed(header: str, version: int | None) -> ProblemError:
    if version is None:
        detail = f"There is no such record, and {header} asks for one. Nothing was saved."
        return ProblemError(PRECONDITION_FAILED, detail)
    tag = etag(version)
    detail = f"The record is at version {version}, which {header} rules out. Nothing was saved."
    return ProblemError(
        PRECONDITION_FAILED, detail, headers={"ETag": tag}, members={"current_version": version}
    )


def _strong_tags(request: Request, header: str) -> frozenset[str] | None:
    tags = _tags(request, header)
    return tags and frozenset(tag for tag in tags if not tag.startswith(_WEAK))


def _tags(request: Request, header: str) -> frozenset[str] | None:
    values = request.headers.getlist(header)
    if not values:
        return None
    value = ",".join(values).strip()
    if value == "*":
        return frozenset("*")
    tags: set[str] = set()
    place = 0
    while found := _TAG.match(value, place):
        tags.add(found[1])
        place = found.end()
        if place == len(value):
            return frozenset(tags)
        if value[place] != ",":
            break
        place += 1
    detail = f"{header} is neither `*` nor a list of ETags in quotes. Nothing was saved."
    raise ProblemError(PRECONDITION_MALFORMED, detail)
