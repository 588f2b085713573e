"""Parameters in the URL: known, sent once, and readable as text."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from types import UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin
from urllib.parse import parse_qsl, unquote_to_bytes

from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.requests import Request

from app.core.errors import MOST_VIOLATIONS, ProblemError, Violation, declare, refuse
from app.core.nearest import nearest
from app.core.text import forbidden_character
from app.core.trials import PARAMETER, note_trial
from app.core.violations import shown, violation_from

PARAMETER_UNKNOWN = declare(
    "parameter.unknown",
    400,
    "The URL has a parameter that this call does not know",
    "Use the nearest known name in `did_you_mean`, or leave the parameter out.",
)
PARAMETER_REPEATED = declare(
    "parameter.repeated",
    400,
    "The URL names a parameter twice",
    "Name the parameter once.",
)
PARAMETER_INVALID = declare(
    "parameter.invalid",
    400,
    "A parameter has a value that cannot be read",
    "Send a value as the documentation of the parameter describes it.",
)

# How a parameter's place is written: `?limit`, `{start_date}`, `If-Match:`.
_PLACES: Final = {"query": "?{}", "path": "{{{}}}", "header": "{}:", "cookie": "Cookie:{}"}
_READINGS: Final = {
    "bool_parsing": "Send true or false.",
    "int_parsing": "Send a whole number.",
    "int_from_float": "Send a whole number.",
    "float_parsing": "Send a number.",
    "date_from_datetime_parsing": "Send a date as YYYY-MM-DD.",
    "missing": "The parameter is needed.",
}


@dataclass(frozen=True, slots=True)
class _Declared:
    """The query parameters that a route declares, and those that may be repeated."""

    names: frozenset[str]
    lists: frozenset[str]


_NONE: Final = _Declared(frozenset(), frozenset())
_BY_ENDPOINT: Final[dict[Callable[..., Any], _Declared]] = {}


async def known_parameters(request: Request) -> None:
    """Refuse with 400 parameters that the matched route does not declare or that repeat.

    A dependency of the whole application: what a client asks for is never ignored.
    """
    query: bytes = request.scope["query_string"]
    declared = _declared(request.scope["route"]) if query else _NONE
    if PARAMETER in declared.names:
        note_trial(request.scope)
    if not _is_text(request.scope["path"]):
        raise ProblemError(PARAMETER_INVALID, "The path contains bytes that are not UTF-8 text.")
    if not query:
        return
    try:
        unquote_to_bytes(query).decode()
    except UnicodeDecodeError:
        detail = "The query contains bytes that are not UTF-8."
        raise ProblemError(PARAMETER_INVALID, detail) from None
    wrong = _wrong_parameters(query, declared)
    # One more than is shown tells that there were more; no more are compared with names.
    violations = list(islice(wrong, MOST_VIOLATIONS + 1))
    if violations:
        raise refused(violations)


def refused(violations: list[Violation]) -> ProblemError:
    """Return the refusal of wrong parameters: 400, whatever the mixture of codes."""
    kinds = {violation.kind for violation in violations}
    kind = kinds.pop() if len(kinds) == 1 else PARAMETER_INVALID
    return ProblemError(kind, refuse(violations).detail, violations=violations)


def parameter_problem(error: RequestValidationError) -> ProblemError:
    """Return the refusal of parameters that FastAPI could not read."""
    violations = []
    for found in error.errors():
        place, *names = found["loc"]
        violation = violation_from(found, BaseModel)
        violations.append(
            replace(
                violation,
                kind=PARAMETER_INVALID,
                pointer=_PLACES[place].format(names[0]),
                message=_READINGS.get(found["type"], violation.message),
            )
        )
    return refused(violations)


def _wrong_parameters(query: bytes, declared: _Declared) -> Iterator[Violation]:
    seen: set[str] = set()
    for name, value in parse_qsl(query.decode("latin-1"), keep_blank_values=True):
        pointer = f"?{shown(name)}"
        if name not in declared.names:
            near = nearest(name, declared.names)
            hint = f"; did you mean {near[0]}?" if near else "."
            message = f"{shown(name)} is no parameter of this call{hint}"
            yield Violation(PARAMETER_UNKNOWN, pointer, message, shown(value), near)
        elif name in seen and name not in declared.lists:
            message = f"{name} is named more than once."
            yield Violation(PARAMETER_REPEATED, pointer, message, shown(value))
        elif not _is_text(value):
            message = "The value contains a control character."
            yield Violation(PARAMETER_INVALID, pointer, message, shown(value))
        seen.add(name)


def _declared(route: APIRoute) -> _Declared:
    # Routes compare by value and have no hash; the function behind one has.
    known = _BY_ENDPOINT.get(route.endpoint)
    if known is None:
        fields = [field for part in _parts(route.dependant) for field in part.query_params]
        known = _BY_ENDPOINT[route.endpoint] = _Declared(
            frozenset(field.alias for field in fields),
            frozenset(field.alias for field in fields if _is_list(field.field_info.annotation)),
        )
    return known


def _parts(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for part in dependant.dependencies:
        yield from _parts(part)


def _is_list(annotation: Any) -> bool:
    origin = get_origin(annotation)
    if origin is Annotated:
        return _is_list(get_args(annotation)[0])
    if origin in (Union, UnionType):
        return any(_is_list(one) for one in get_args(annotation))
    return origin in (list, tuple, set)


def _is_text(value: str) -> bool:
    # The server puts U+FFFD where the bytes were not UTF-8.
    return "\ufffd" not in value and forbidden_character(value, multiline=False) is None
