"""The list across providers, in SQL, where what serves one provider takes too long for all.

It is looked through in lots. One index holds what changed last of all providers: a lot is a
stretch of it. No index holds the other orders across providers: a lot is put together of the
first rows of each provider along its own.
"""

from datetime import date
from typing import Final

from app.activities.listing_filters import STATUS, Filter, Parameters, Scope, conditions, of_key
from app.activities.listing_sql import Position, Sort, Statement, one_text, values_of
from app.core.lots import Looked

LOT: Final = 2_000
"""How many activities a statement looks at."""

_LATEST: Final = "a.updated_at"
# Of each provider so many rows are read at first, and twice its part of a lot: few of them
# have more to give, and where all the first rows belong to a few, those are read on.
LEAST_OF_EACH: Final = 5


def is_in_lots(scope: Scope, wanted: Filter, sort: Sort) -> bool:
    """Tell whether the list is looked through in lots."""
    return scope.each is not None and (sort.key != _LATEST or bool(wanted.asked()))


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
    parameters = Parameters(scope.providers, today)
    asked = " AND ".join([*conditions(wanted, parameters), scope.predicate])
    bounds = ["true", *of_key(sort.key, wanted, parameters)]
    if behind is not None:
        bounds.append(sort.behind(behind, parameters))
    where = " AND ".join(bounds)
    along = sort.key == _LATEST
    lot = _stretch(asked, where, sort) if along else _merged(asked, where, sort, scope)
    text = f"""
SELECT {one_text("document", "sort_key", "activity_id", "place")}
FROM (
SELECT CASE WHEN a.wanted THEN {document}::text ELSE '' END AS document,
    a.sort_key, a.activity_id, a.place
FROM (
    SELECT a.*, {STATUS} AS status, found.sort_key, found.wanted, found.place
    FROM (
        SELECT * FROM (
            SELECT a.*, row_number() OVER () AS place
            FROM ({lot}) a
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


def _stretch(asked: str, where: str, sort: Sort) -> str:
    """Return the SQL of a lot along the index of all providers."""
    return f"""
        SELECT a.provider_id, a.activity_id, {sort.key} AS sort_key, {asked} AS wanted
        FROM activities a
        WHERE {where}
        ORDER BY {sort.order(sort.key)}
        LIMIT {LOT}"""  # noqa: S608 - own text


def _merged(asked: str, where: str, sort: Sort, scope: Scope) -> str:
    """Return the SQL of a lot out of the indexes of each provider.

    The first rows of all are among the first few of each, but for a provider of which all
    these few are needed: it may have more that come before those of others.
    """
    key = f"a.provider_id, a.activity_id, {sort.key} AS sort_key"
    order, merged_order = sort.order(sort.key), sort.order("a.sort_key")
    return f"""
        WITH share AS (
            SELECT {LEAST_OF_EACH} + 2 * {LOT} / greatest(count(*), 1) AS size FROM ({scope.each}) p
        ), foremost AS MATERIALIZED (
            SELECT a.* FROM ({scope.each}) p CROSS JOIN LATERAL (
                SELECT {key}, row_number() OVER (ORDER BY {order}) AS number
                FROM activities a
                WHERE a.provider_id = p.provider_id AND {where}
                ORDER BY {order}
                LIMIT (SELECT size FROM share)
            ) a
            ORDER BY {merged_order}
            LIMIT {LOT}
        ), lot AS (
            SELECT * FROM (
                SELECT a.provider_id, a.activity_id, a.sort_key FROM foremost a
                UNION ALL
                SELECT a.* FROM foremost last CROSS JOIN LATERAL (
                    SELECT {key}
                    FROM activities a
                    WHERE a.provider_id = last.provider_id
                        AND {sort.after("last.sort_key", "last.activity_id")}
                    ORDER BY {order}
                    LIMIT {LOT}
                ) a
                WHERE last.number = (SELECT size FROM share)
            ) a
            ORDER BY {merged_order}
            LIMIT {LOT}
        )
        SELECT lot.*, (
            SELECT {asked} FROM activities a
            WHERE a.provider_id = lot.provider_id AND a.activity_id = lot.activity_id) AS wanted
        FROM lot"""  # noqa: S608 - own text
