"""Status and what is missing, as SQL: rendered from the rows that Python evaluates.

Lists filter, sort and count by what `status.py` says of a record, so its rules are needed
where the records are. Every expression is about a row of `activities` under an alias and
is never null; `today` is the SQL of the parameter that carries the day, such as `$2::date`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
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


@cache
def _lists(alias: str) -> Mapping[str, _List]:
    belongs = "WHERE {0}.provider_id = {1}.provider_id AND {0}.activity_id = {1}.activity_id"
    resolved = {name: f"coalesce(nullif(b.{name}, ''), {alias}.{name})" for name in FALL_BACK}
    resolved["asks_content_area"] = "known.content_areas_required"
    return {
        "sources": _List(
            f"FROM commercial_support_sources s {belongs.format('s', alias)}",
            Source("s", _texts_of(SourceFacts)),
        ),
        "boards": _List(
            "FROM moc_registrations b LEFT JOIN moc_boards known ON known.board = b.board "
            + belongs.format("b", alias),
            Source("b", _texts_of(BoardFacts), resolved),
        ),
    }


@cache
def _activity(alias: str) -> Source:
    filled = {name: f"EXISTS (SELECT {entries.rows})" for name, entries in _lists(alias).items()}
    filled["outcome_measures"] = f"jsonb_array_length({alias}.outcome_measures) > 0"
    return Source(alias, _texts_of(ActivityFacts), filled=filled)


def _texts_of(facts: type) -> frozenset[str]:
    return frozenset(name for name, hint in get_type_hints(facts).items() if hint == str | None)


def status_sql(today: str, alias: str = "a") -> str:
    """Return the SQL expression of a record's status."""
    lacks = " OR ".join(_lacks(row, today, alias) for row in _UP_TO_ACTIVE)
    return (
        f"CASE WHEN {alias}.closed_at IS NOT NULL THEN '{Status.CLOSED}'"
        f" WHEN {lacks} THEN '{Status.DRAFT}'"
        f" WHEN {predicate(ENDED, _activity(alias), today)} THEN '{Status.READY_TO_CLOSE}'"
        f" ELSE '{Status.ACTIVE}' END"
    )


def missing_count_sql(status: str, today: str, alias: str = "a") -> str:
    """Return the SQL expression of the number of things that a record's next status lacks.

    `status` is the SQL of its status, which has been worked out: a draft alone lacks what
    Active needs, and an active record lacks its end.
    """
    return (
        f"CASE {status}"
        f" WHEN '{Status.DRAFT}' THEN {_count(_UP_TO_ACTIVE, today, alias)}"
        f" WHEN '{Status.READY_TO_CLOSE}' THEN {_count(_OF_CLOSED, today, alias)}"
        f" WHEN '{Status.ACTIVE}' THEN 1 ELSE 0 END"
    )


def lacks_sql(code: str, today: str, alias: str = "a") -> str:
    """Return the SQL predicate of records that lack this on their way to Closed.

    Raises KeyError for a code that is not in `ROW_OF_CODE`.
    """
    return f"({alias}.closed_at IS NULL AND {_lacks(ROW_OF_CODE[code], today, alias)})"


def _lacks(row: Row, today: str, alias: str) -> str:
    """Return the predicate of records that lack a row, once or more."""
    applies = predicate(row.when.record, _activity(alias), today)
    if row.when.each is None:
        return f"({applies} AND {_unmet(row, _activity(alias), today)})"
    entries = _lists(alias)[row.when.each]
    unmet = _unmet(row, entries.source, today)
    return f"({applies} AND EXISTS (SELECT {entries.rows} AND {unmet}))"


def _count(rows: Sequence[Row], today: str, alias: str) -> str:
    """Return how often the rows are lacking; a list is read once, and only where it is asked."""
    counts = []
    nothing_in = _of_whole_lists(rows)
    for record, each, section in sections_of(rows):
        source = _lists(alias)[each].source if each else _activity(alias)
        asked = [row for row in section if row not in nothing_in.values()]
        count = " + ".join(f"({_unmet(row, source, today)})::int" for row in asked)
        if each:
            or_nothing = " + (count(*) = 0)::int" if (record, each) in nothing_in else ""
            count = (
                f"(SELECT coalesce(sum({count}), 0)::int{or_nothing} {_lists(alias)[each].rows})"
            )
        if count and record != ALWAYS:
            applies = predicate(record, _activity(alias), today)
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
