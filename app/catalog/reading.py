"""Reading the catalog, through a view that shows listed, open activities and nothing else.

The view belongs to a role whose row-level security knows only activities with
`cme_finder` that nobody closed; whether one is Active today is judged here, by the rule
that every list uses.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import asyncpg

from app.activities.listing_filters import containing
from app.activities.status import Status
from app.activities.status_sql import status_sql
from app.core.database import Transaction

CATALOG_FIELDS: Final = (
    "activity_id",
    "provider_id",
    "provider_name",
    "title",
    "format",
    "start_date",
    "end_date",
    "delivery_methods",
    "location",
    "city",
    "state",
    "country",
    "credits",
    "description",
    "fee",
    "registration",
    "url",
    "moc_boards",
)
Position = tuple[str, str, str]
"""Where a page ends: the end date, the provider, the activity."""

_TODAY: Final = "$1::date"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which activities are looked for. What is None is not asked for."""

    q: str | None = None
    format: str | None = None
    state: str | None = None
    moc_board: str | None = None


async def read_page(
    transaction: Transaction, wanted: Wanted, today: date, behind: Position | None, most: int
) -> list[asyncpg.Record]:
    """Return the activities behind a position, those that end first coming first."""
    text, values = page_statement(wanted, today, behind, most)
    return await transaction.driver.fetch(text, *values)


def page_statement(
    wanted: Wanted, today: date, behind: Position | None, most: int
) -> tuple[str, list[Any]]:
    """Return the statement that reads a page, and its values.

    Which rows come first is said by the view alone. Where it is asked for once more,
    PostgreSQL takes the whole of the view to be needed, and reads and sorts it.
    """
    values: list[Any] = [today, most]
    where = [f"a.end_date >= {_TODAY}", f"{status_sql(_TODAY)} = '{Status.ACTIVE}'"]
    where += _conditions(wanted, values)
    if behind is not None:
        end_date, provider_id, activity_id = behind
        values += [date.fromisoformat(end_date), provider_id, activity_id]
        last = len(values)
        where.append(
            f"(a.end_date, a.provider_id, a.activity_id) > (${last - 2}, ${last - 1}, ${last})"
        )
    columns = ", ".join(
        "trim_scale(a.credits) AS credits" if name == "credits" else f"a.{name}"
        for name in CATALOG_FIELDS
    )
    # The boards are gathered of what is shown, and not of all that is looked at. One row is
    # all there is; saying so keeps PostgreSQL from joining the view as a whole.
    text = f"""
        SELECT row_to_json(entry)::text AS document,
            entry.end_date::text AS end_date, entry.provider_id, entry.activity_id
        FROM (
            SELECT {columns}
            FROM (
                SELECT a.provider_id, a.activity_id FROM activity_catalog a
                WHERE {" AND ".join(where)}
                LIMIT $2
            ) found CROSS JOIN LATERAL (
                SELECT * FROM activity_catalog a
                WHERE a.provider_id = found.provider_id AND a.activity_id = found.activity_id
                LIMIT 1
            ) a
        ) entry
        ORDER BY entry.end_date, entry.provider_id, entry.activity_id
    """  # noqa: S608 - text of this module; every value is a parameter
    return text, values


def _conditions(wanted: Wanted, values: list[Any]) -> Iterator[str]:
    if wanted.q is not None:
        values.append(containing(wanted.q))
        yield f"(a.title ILIKE ${len(values)} OR a.description ILIKE ${len(values)})"
    if wanted.format is not None:
        values.append(wanted.format)
        yield f"a.format = ${len(values)}"
    if wanted.state is not None:
        values.append(wanted.state)
        yield f"a.state = ${len(values)}"
    if wanted.moc_board is not None:
        values.append(wanted.moc_board)
        yield f"${len(values)} = ANY (a.moc_boards)"
