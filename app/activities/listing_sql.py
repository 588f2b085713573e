"""The tuned SQL of the list: a page is one statement, each row one JSON document.

A page begins behind the last row of the page before, compared as a row value along an
index (provider, sort key, activity), so that the last page of a long list costs what the
first one does. The text of a statement depends on which filters are given and never on
their values, so that the driver prepares it once.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final, NamedTuple

from app.activities.lifecycle import Status
from app.activities.listing_filters import (
    INTERNAL_ID,
    STATUS,
    TODAY,
    Filter,
    Parameters,
    Scope,
    conditions,
)
from app.activities.statements import instant
from app.activities.status_sql import missing_count_sql

# ASCII has them for it, and no stored text contains one. A look reads one value, and a page
# that is one text is less dear for PostgreSQL than an array of its rows.
_BETWEEN_ROWS: Final = "\x1e"
_BETWEEN_VALUES: Final = "\x1f"


def one_text(*columns: str) -> str:
    """Return the SQL of all rows as one text."""
    values = f"concat_ws(chr({ord(_BETWEEN_VALUES)}), {', '.join(columns)})"
    return f"string_agg({values}, chr({ord(_BETWEEN_ROWS)}))"


ONE_TEXT: Final = one_text("document", "sort_key", "activity_id")
"""The rows of a page as one text, for `rows_of`."""


class Statement(NamedTuple):
    """SQL and the values of its placeholders."""

    text: str
    values: list[object]


class Position(NamedTuple):
    """Where a row stands in a list: its sort key as text, and its activity."""

    sort_key: str
    activity_id: str


class Row(NamedTuple):
    """A row of a list: its JSON document, and where it stands."""

    document: str
    position: Position


@dataclass(frozen=True, slots=True)
class Sort:
    """An order of the list. Equal keys are told apart by the activity's id."""

    key: str
    key_type: str
    descending: bool

    def order(self, key: str) -> str:
        """Return the ORDER BY list, with the key under this name."""
        direction = "DESC" if self.descending else "ASC"
        return f"{key} {direction}, a.activity_id {direction}"

    def behind(self, position: Position, parameters: Parameters) -> str:
        """Return the predicate of the rows that come after this position."""
        key = parameters.add(position.sort_key)
        activity_id = parameters.add(position.activity_id)
        return self.after(f"{key}::text::{self.key_type}", activity_id)

    def after(self, key: str, activity_id: str) -> str:
        """Return the predicate of the rows that come after the one with these, in SQL."""
        comparison = "<" if self.descending else ">"
        return f"({self.key}, a.activity_id) {comparison} ({key}, {activity_id})"


_SORT_KEYS: Final = {
    "updated_at": ("a.updated_at", "timestamptz"),
    "created_at": ("a.created_at", "timestamptz"),
    "start_date": ("a.start_date", "date"),
    "end_date": ("a.end_date", "date"),
    "title": ("a.title", "text"),
    "internal_id": (INTERNAL_ID, "text"),
}
SORTS: Final[Mapping[str, Sort]] = MappingProxyType(
    {
        f"{sign}{name}": Sort(key, key_type, descending=sign == "-")
        for name, (key, key_type) in _SORT_KEYS.items()
        for sign in ("", "-")
    }
)

_NEXT_STATUS: Final = f"""
    CASE a.status
        WHEN '{Status.ACTIVE}' THEN '{Status.READY_TO_CLOSE}'
        WHEN '{Status.READY_TO_CLOSE}' THEN '{Status.CLOSED}'
        WHEN '{Status.DRAFT}' THEN CASE WHEN a.end_date < {TODAY}
            THEN '{Status.READY_TO_CLOSE}' ELSE '{Status.ACTIVE}' END
    END"""
SUMMARY_COLUMNS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "activity_id": "a.activity_id",
        "internal_id": "a.internal_id",
        "title": "a.title",
        "format": "a.format",
        "start_date": "a.start_date",
        "end_date": "a.end_date",
        "credits": "trim_scale(a.credits)",
        "status": "a.status",
        "next_status": _NEXT_STATUS,
        "missing_count": missing_count_sql("a.status", TODAY),
        "version": "a.version",
        "updated_at": instant("a.updated_at"),
    }
)


# Whose an activity is says a list only where several providers stand in it.
_COLUMNS: Final = {"provider_id": "a.provider_id", **SUMMARY_COLUMNS}


def summary(fields: Collection[str] | None = None) -> str:
    """Return the document of a row in a list, or only these fields of it."""
    names = SUMMARY_COLUMNS if fields is None else fields
    columns = ", ".join(f"{_COLUMNS[name]} AS {name}" for name in names)
    return f"(SELECT row_to_json(summary) FROM (SELECT {columns}) summary)"  # noqa: S608 - own text


def page_statement(  # noqa: PLR0913 - what makes a page, each by its own name
    document: str,
    scope: Scope,
    wanted: Filter,
    *,
    sort: Sort,
    behind: Position | None,
    most: int,
    today: date,
) -> Statement:
    """Return the statement that reads at most this many rows as one text, for `rows_of`.

    It is NULL where nothing is found.
    """
    parameters = Parameters(scope.providers, today)
    where = [scope.predicate, *conditions(wanted, parameters)]
    if behind is not None:
        where.append(sort.behind(behind, parameters))
    found = f"""
    FROM activities a
    WHERE {" AND ".join(where)}
    ORDER BY {sort.order(sort.key)}
    LIMIT {parameters.add(most)}"""
    if wanted.q is not None or wanted.moc_board is not None:
        # The index holds all that a search looks at; records are read when they are found. One
        # is all there is of each; said so, PostgreSQL does not search anew for each record.
        found = f"""
    FROM (SELECT a.provider_id, a.activity_id {found}) found
    CROSS JOIN LATERAL (
        SELECT * FROM activities a
        WHERE a.provider_id = found.provider_id AND a.activity_id = found.activity_id
        LIMIT 1) a"""  # noqa: S608 - own text
    text = f"""
SELECT {ONE_TEXT}
FROM (
    SELECT {document} AS document, a.sort_key, a.activity_id
    FROM (
        SELECT a.*, {STATUS} AS status, {sort.key} AS sort_key {found}
    ) a
    ORDER BY {sort.order("a.sort_key")}
) page
"""  # noqa: S608 - own text
    return Statement(text, parameters.values)


def rows_of(found: str | None) -> list[Row]:
    """Read the rows that a statement of a page has found."""
    return [Row(document, Position(*position)) for document, *position in values_of(found)]


def values_of(found: str | None) -> list[list[str]]:
    """Read the values of each row that was put into one text."""
    if found is None:
        return []
    return [row.split(_BETWEEN_VALUES) for row in found.split(_BETWEEN_ROWS)]


def count_statement(scope: Scope, wanted: Filter, today: date) -> Statement:
    """Return the statement that counts all rows of the list."""
    parameters = Parameters(scope.providers, today)
    where = " AND ".join([scope.predicate, *conditions(wanted, parameters)])
    # The status tells PostgreSQL the type of the day where no filter asks for it.
    text = f"SELECT count(*) FROM (SELECT {STATUS} FROM activities a WHERE {where}) a"  # noqa: S608 - own text
    return Statement(text, parameters.values)
