"""What a list of activities can be filtered by: each filter is one predicate in SQL.

The predicates hold names from the code only. What a client sends travels as a parameter,
and so do the provider and the day, which stand first in every statement.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from app.activities.status_sql import lacks_sql, status_sql
from app.activities.warning_sql import draws_sql

PROVIDERS: Final = "$1"
TODAY: Final = "$2::date"
STATUS: Final = status_sql(TODAY)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which activities a list is about. What is None is not asked for."""

    status: tuple[str, ...] | None = None
    format: tuple[str, ...] | None = None
    internal_id: str | None = None
    start_from: date | None = None
    start_to: date | None = None
    end_from: date | None = None
    end_to: date | None = None
    year: int | None = None
    missing: str | None = None
    warning: str | None = None
    moc_board: str | None = None
    q: str | None = None

    def asked(self) -> dict[str, Any]:
        """Return the filters that are asked for, by name."""
        return {name: value for name in _CONDITIONS if (value := getattr(self, name)) is not None}


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose activities a list is about: a predicate on `$1`, and the value of `$1`.

    Where they are of several providers, `each` is the SQL of those.
    """

    predicate: str
    providers: object
    each: str | None = None


def one_provider(provider_id: str) -> Scope:
    """Return the scope of a provider that looks at its own activities."""
    return Scope(f"a.provider_id = {PROVIDERS}", provider_id)


class Parameters:
    """The values of a statement, in the order of its placeholders."""

    def __init__(self, *first: object) -> None:
        self.values = list(first)

    def add(self, value: object) -> str:
        """Keep a value for the statement and return its placeholder."""
        self.values.append(value)
        return f"${len(self.values)}"


def conditions(wanted: Filter, parameters: Parameters) -> Iterator[str]:
    """Return the predicates of the filters that are asked for."""
    for name, value in wanted.asked().items():
        yield _CONDITIONS[name](value, parameters)


def _search(words: str, parameters: Parameters) -> str:
    # The selection makes the letters small once, and not for each record.
    return f"strpos(a.searched, (SELECT lower({parameters.add(words)}))) > 0"


_IN_YEAR: Final = {
    "a.start_date": "a.start_date <= make_date({0}::int, 12, 31)",
    "a.end_date": "a.end_date >= make_date({0}::int, 1, 1)",
}


def _year(year: int, parameters: Parameters) -> str:
    return " AND ".join(_IN_YEAR.values()).format(parameters.add(year))


def of_key(key: str, wanted: Filter, parameters: Parameters) -> Iterator[str]:
    """Return what the filters ask of the sort key alone: an index of it holds no others."""
    if wanted.year is not None and key in _IN_YEAR:
        yield _IN_YEAR[key].format(parameters.add(wanted.year))


def _moc_board(board: str, parameters: Parameters) -> str:
    # Said so, the registrations are looked up once, and not joined: a join would read every
    # record that has one of them, and sort them all for the first page.
    return f"""a.moc_registered AND (a.activity_id IN (
        SELECT r.activity_id FROM moc_registrations r
        WHERE r.provider_id = {PROVIDERS} AND r.board = {parameters.add(board)})) IS TRUE"""  # noqa: S608 - own text


def _compared(column: str, comparison: str) -> "Callable[[Any, Parameters], str]":
    return lambda value, parameters: f"{column} {comparison} {parameters.add(value)}"


# Not coalesce: row-level security takes it for leaky and keeps it out of index conditions.
INTERNAL_ID: Final = "CASE WHEN a.internal_id IS NULL THEN '' ELSE a.internal_id END"
"""The internal id as lists compare and sort it: without one, before all others."""

_CONDITIONS: Final[Mapping[str, Callable[[Any, Parameters], str]]] = MappingProxyType(
    {
        "status": lambda statuses, parameters: (
            f"{STATUS} = ANY ({parameters.add(statuses)}::text[])"
        ),
        "format": lambda formats, parameters: f"a.format = ANY ({parameters.add(formats)}::text[])",
        "internal_id": _compared(INTERNAL_ID, "="),
        "start_from": _compared("a.start_date", ">="),
        "start_to": _compared("a.start_date", "<="),
        "end_from": _compared("a.end_date", ">="),
        "end_to": _compared("a.end_date", "<="),
        "year": _year,
        "missing": lambda code, _parameters: lacks_sql(code, TODAY),
        "warning": lambda code, _parameters: draws_sql(code, PROVIDERS),
        "moc_board": _moc_board,
        "q": _search,
    }
)

if {field.name for field in fields(Filter)} != set(_CONDITIONS):
    _message = "every filter has a predicate, and every predicate a filter"
    raise TypeError(_message)
