"""The list across providers, in SQL, where what serves one provider takes too long for all.

One index holds what changed last of all providers. A filter that finds little would read all
of it: it is looked through in lots. No index holds the other orders across providers: as many
rows as the page has are read of each provider along its own, and put together.
"""

from datetime import date
from typing import Final

from app.activities.listing_filters import STATUS, Filter, Parameters, Scope, conditions
from app.activities.listing_sql import ONE_TEXT, Position, Sort, Statement, one_text, values_of
from app.core.lots import Looked

LOT: Final = 1_000
"""How many activities a statement looks at."""

_LATEST: Final = "a.updated_at"


def is_in_lots(scope: Scope, wanted: Filter, sort: Sort) -> bool:
    """Tell whether the list is looked through in lots."""
    return scope.each is not None and sort.key == _LATEST and bool(wanted.asked())


def is_merged(scope: Scope, wanted: Filter, sort: Sort) -> bool:
    """Tell whether the list is put together of the lists of each provider.

    Filters that find little would read whatever any of them has.
    """
    return scope.each is not None and sort.key != _LATEST and not wanted.asked()


def lot_statement(  # noqa: PLR0913 - what makes a page, each by its own name
    document: str,
    scope: Scope,
    wanted: Filter,
    *,
    sort: Sort,
    behind: Position | None,
    most: int,
    today: date,
) -> Statement:
    """Return the statement that looks at a lot, and returns at most this many rows.

    The last one of the lot is returned also where nobody asked for it, without its document.
    """
    parameters = Parameters(scope, today)
    where = "true" if behind is None else sort.behind(behind, parameters)
    asked = " AND ".join([*conditions(wanted, parameters), scope.predicate])
    order = sort.order(sort.key)
    text = f"""
SELECT {one_text("document", "sort_key", "activity_id", "place")}
FROM (
SELECT CASE WHEN a.wanted THEN {document}::text ELSE '' END AS document,
    a.sort_key, a.activity_id, a.place
FROM (
    SELECT a.*, {STATUS} AS status, found.sort_key, found.wanted, found.place
    FROM (
        SELECT * FROM (
            SELECT a.provider_id, a.activity_id, {sort.key} AS sort_key,
                {asked} AS wanted, row_number() OVER (ORDER BY {order}) AS place
            FROM activities a
            WHERE {where}
            ORDER BY {order}
            LIMIT {LOT}
        ) looked_at
        WHERE wanted OR place = {LOT}
        LIMIT {parameters.add(most)}
    ) found CROSS JOIN LATERAL (
        SELECT * FROM activities a
        WHERE a.provider_id = found.provider_id AND a.activity_id = found.activity_id
        LIMIT 1) a
) a
ORDER BY a.place
) page
"""  # noqa: S608 - own text
    return Statement(text, parameters.values)


def looked_at(found: str | None) -> list[Looked[Position]]:
    """Read the rows that a `lot_statement` has found."""
    return [
        Looked(document or None, Position(sort_key, activity_id), int(place) == LOT)
        for document, sort_key, activity_id, place in values_of(found)
    ]


def merged_statement(  # noqa: PLR0913 - what makes a page, each by its own name
    document: str,
    scope: Scope,
    *,
    sort: Sort,
    behind: Position | None,
    most: int,
    today: date,
) -> Statement:
    """Return the statement that reads as many rows of each provider, and keeps the first ones."""
    parameters = Parameters(scope, today)
    where = ["a.provider_id = p.provider_id"]
    if behind is not None:
        where.append(sort.behind(behind, parameters))
    limit = parameters.add(most)
    text = f"""
SELECT {ONE_TEXT}
FROM (
SELECT {document} AS document, a.sort_key, a.activity_id
FROM (
    SELECT a.*, {STATUS} AS status, found.sort_key
    FROM (
        SELECT a.* FROM ({scope.each}) p CROSS JOIN LATERAL (
            SELECT a.provider_id, a.activity_id, {sort.key} AS sort_key
            FROM activities a
            WHERE {" AND ".join(where)}
            ORDER BY {sort.order(sort.key)}
            LIMIT {limit}
        ) a
        ORDER BY {sort.order("a.sort_key")}
        LIMIT {limit}
    ) found CROSS JOIN LATERAL (
        SELECT * FROM activities a
        WHERE a.provider_id = found.provider_id AND a.activity_id = found.activity_id
        LIMIT 1) a
) a
ORDER BY {sort.order("a.sort_key")}
) page
"""  # noqa: S608 - own text
    return Statement(text, parameters.values)
