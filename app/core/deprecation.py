"""Taking something away: since when it is deprecated, and after which day it is gone.

A route that is deprecated, or that has a parameter which is, says so in the API document
and in the headers of its answers (RFC 9745 and RFC 8594). The policy is in
docs/guide/versions.md.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from typing import Any, Final
from urllib.parse import parse_qsl

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.types import Scope

# Where a route keeps what of it is deprecated; in the document it becomes marks.
DEPRECATIONS: Final = "x-deprecations"
SINCE: Final = "x-deprecated-since"
SUNSET: Final = "x-sunset"
# Providers report for the year before until then.
_LAST_MONTH_OF_REPORTING: Final = 4
_EXPLAINED: Final = b'</docs>; rel="deprecation"; type="text/html"'
_LAST_SECOND: Final = time(23, 59, 59)

Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Deprecated:
    """A call that will be taken away, or one of its query parameters, and what to use instead."""

    since: date
    sunset: date
    instead: str
    parameter: str | None = None

    def __post_init__(self) -> None:
        """Keep the promises that are made to clients."""
        if self.sunset < _a_year_after(self.since):
            message = f"{self.since} to {self.sunset} is less than a year"
            raise ValueError(message)
        if self.sunset.month <= _LAST_MONTH_OF_REPORTING:
            message = f"nothing goes while providers report, as on {self.sunset}"
            raise ValueError(message)

    def mark(self, operation: dict[str, Any]) -> None:
        """Say so in the operation of the API document, or in its parameter."""
        marked, what = operation, "this call"
        if self.parameter is not None:
            marked = _parameter(operation, self.parameter)
            what = "it"
        said = f"Deprecated since {self.since}; {what} is gone after {self.sunset}. {self.instead}"
        before = marked.get("description")
        marked |= {
            "deprecated": True,
            SINCE: str(self.since),
            SUNSET: str(self.sunset),
            "description": f"{before}\n\n{said}" if before else said,
        }


def mark_deprecations(application: FastAPI, operations: Iterable[dict[str, Any]]) -> None:
    """Say in the operations of the API document what of each is deprecated."""
    deprecations = {
        route.operation_id: (route.original_route.openapi_extra or {}).get(DEPRECATIONS, ())
        for route in iter_route_contexts(application.routes)
        if isinstance(route.original_route, APIRoute)
    }
    for operation in operations:
        operation.pop(DEPRECATIONS, None)
        for deprecated in deprecations[operation["operationId"]]:
            deprecated.mark(operation)


def deprecation_headers(scope: Scope) -> Headers:
    """Return what the answer to a request says of the deprecated things that it used."""
    route = scope.get("route")
    extra = route.openapi_extra if isinstance(route, APIRoute) else None
    if not extra or DEPRECATIONS not in extra:
        return []
    used = list(_used(extra[DEPRECATIONS], scope["query_string"]))
    if not used:
        return []
    since = datetime.combine(min(one.since for one in used), time(), UTC)
    sunset = datetime.combine(min(one.sunset for one in used), _LAST_SECOND, UTC)
    return [
        (b"deprecation", b"@%d" % since.timestamp()),
        (b"sunset", format_datetime(sunset, usegmt=True).encode()),
        (b"link", _EXPLAINED),
    ]


def _used(deprecations: Sequence[Deprecated], query: bytes) -> Iterator[Deprecated]:
    sent = {name for name, _ in parse_qsl(query.decode("latin-1"), keep_blank_values=True)}
    for deprecated in deprecations:
        if deprecated.parameter is None or deprecated.parameter in sent:
            yield deprecated


def _parameter(operation: dict[str, Any], name: str) -> dict[str, Any]:
    for parameter in operation.get("parameters", ()):
        if (parameter["in"], parameter["name"]) == ("query", name):
            found: dict[str, Any] = parameter
            return found
    message = f"{operation['operationId']} has no parameter {name}"
    raise ValueError(message)


def _a_year_after(day: date) -> date:
    # What begins on February 29 has its year on March 1.
    leap = (day.month, day.day) == (2, 29)
    return date(day.year + 1, 3, 1) if leap else day.replace(year=day.year + 1)
