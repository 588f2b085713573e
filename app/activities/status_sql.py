"""Status and what is missing, as SQL: rendered from the rows that Python evaluates.

Lists filter, sort and count by what `status.py` says of a record, so its rules are needed
where the records are. Every expression is about a row `a` of `activities` and is never null;
`today` is the SQL of the parameter that carries the day, such as `$2::date`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, get_type_hints

from app.activities.condition_sql import Source, predicate
from app.activities.facts import FALL_BACK, ActivityFacts, BoardFacts, SourceFacts
from app.activities.lifecycle import Status
from app.activities.requirements import ENDED, REQUIREMENTS
from app.rules import ALWAYS, Condition, NotEmpty, Requirement, sections_of

Row = Requirement[Status]

_UP_TO_ACTIVE: Final = tuple(
    row for row in REQUIREMENTS if Status.ACTIVE.reaches(row.blocks) and not row.only
)
_OF_CLOSED: Final = tuple(row for row in REQUIREMENTS if row.blocks is Status.CLOSED)

ROW_OF_CODE: Final[Mapping[str, Row]] = MappingProxyType(
    {row.code: row for row in REQUIREMENTS if not row.only}
)
"""What a record may lack on its way to Closed: the codes a list can be filtered by."""


@dataclass(frozen=True, slots=True)
class _List:
    """The entries of a list: the rows that belong to an activity, and how they are read."""

    rows: str
    source: Source


def _texts_of(facts: type) -> frozenset[str]:
    return frozenset(name for name, hint in get_type_hints(facts).items() if hint == str | None)


_RESOLVED: Final = {name: f"coalesce(nullif(b.{name}, ''), a.{name})" for name in FALL_BACK}
_LISTS: Final = {
    "sources": _List(
        "FROM commercial_support_sources s"
        " WHERE s.provider_id = a.provider_id AND s.activity_id = a.activity_id",
        Source("s", _texts_of(SourceFacts)),
    ),
    "boards": _List(
        "FROM moc_registrations b LEFT JOIN moc_boards known ON known.board = b.board"
        " WHERE b.provider_id = a.provider_id AND b.activity_id = a.activity_id",
        Source(
            "b",
            _texts_of(BoardFacts),
            {**_RESOLVED, "asks_content_area": "known.content_areas_required"},
        ),
    ),
}
_ACTIVITY: Final = Source(
    "a",
    _texts_of(ActivityFacts),
    filled={
        **{name: f"EXISTS (SELECT {entries.rows})" for name, entries in _LISTS.items()},
        "outcome_measures": "jsonb_array_length(a.outcome_measures) > 0",
    },
)


def status_sql(today: str) -> str:
    """Return the SQL expression of a record's status."""
    lacks = " OR ".join(_lacks(row, today) for row in _UP_TO_ACTIVE)
    return (
        f"CASE WHEN a.closed_at IS NOT NULL THEN '{Status.CLOSED}'"
        f" WHEN {lacks} THEN '{Status.DRAFT}'"
        f" WHEN {predicate(ENDED, _ACTIVITY, today)} THEN '{Status.READY_TO_CLOSE}'"
        f" ELSE '{Status.ACTIVE}' END"
    )


def missing_count_sql(status: str, today: str) -> str:
    """Return the SQL expression of the number of things that a record's next status lacks.

    `status` is the SQL of its status, which has been worked out: a draft alone lacks what
    Active needs, and an active record lacks its end.
    """
    return (
        f"CASE {status}"
        f" WHEN '{Status.DRAFT}' THEN {_count(_UP_TO_ACTIVE, today)}"
        f" WHEN '{Status.READY_TO_CLOSE}' THEN {_count(_OF_CLOSED, today)}"
        f" WHEN '{Status.ACTIVE}' THEN 1 ELSE 0 END"
    )


def lacks_sql(code: str, today: str) -> str:
    """Return the SQL predicate of records that lack this on their way to Closed.

    Raises KeyError for a code that is not in `ROW_OF_CODE`.
    """
    return f"(a.closed_at IS NULL AND {_lacks(ROW_OF_CODE[code], today)})"


def _lacks(row: Row, today: str) -> str:
    """Return the predicate of records that lack a row, once or more."""
    applies = predicate(row.when.record, _ACTIVITY, today)
    if row.when.each is None:
        return f"({applies} AND {_unmet(row, _ACTIVITY, today)})"
    entries = _LISTS[row.when.each]
    unmet = _unmet(row, entries.source, today)
    return f"({applies} AND EXISTS (SELECT {entries.rows} AND {unmet}))"


def _count(rows: Sequence[Row], today: str) -> str:
    """Return how often the rows are lacking; a list is read once, and only where it is asked."""
    counts = []
    nothing_in = _of_whole_lists(rows)
    for record, each, section in sections_of(rows):
        source = _LISTS[each].source if each else _ACTIVITY
        asked = [row for row in section if row not in nothing_in.values()]
        count = " + ".join(f"({_unmet(row, source, today)})::int" for row in asked)
        if each:
            or_nothing = " + (count(*) = 0)::int" if (record, each) in nothing_in else ""
            count = f"(SELECT coalesce(sum({count}), 0)::int{or_nothing} {_LISTS[each].rows})"
        if count and record != ALWAYS:
            applies = predicate(record, _ACTIVITY, today)
            count = f"CASE WHEN {applies} THEN {count} ELSE 0 END"
        if count:
            counts.append(count)
    return f"({' + '.join(counts)})"


def _of_whole_lists(rows: Sequence[Row]) -> Mapping[tuple[Condition, str], Row]:
    """Return the rows that want a list not to be empty whose entries are asked as well."""
    asked = {(row.when.record, row.when.each) for row in rows}
    return {
        (row.when.record, row.check.path): row
        for row in rows
        if isinstance(row.check, NotEmpty) and (row.when.record, row.check.path) in asked
    }


def _unmet(row: Row, source: Source, today: str) -> str:
    """Return the predicate of what a row asks and does not find, where the row applies."""
    unmet = f"NOT {predicate(row.check, source, today)}"
    if row.when.item == ALWAYS:
        return unmet
    return f"({predicate(row.when.item, source, today)} AND {unmet})"
