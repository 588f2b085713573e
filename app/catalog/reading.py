"""Reading the catalog, through a view that shows listed, open activities and nothing else.

The view belongs to a role whose row-level security knows only activities with
`cme_finder` that nobody closed; whether one is Active today is judged here, by the rule
that every list uses.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

import asyncpg

from app.activities.listing_filters import Parameters
from app.activities.status import Status
from app.activities.status_sql import status_sql
from app.core.database import Transaction
from app.core.lots import Looked, look_through

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

LOT: Final = 1_000
"""How many activities a statement looks at."""

_TODAY: Final = "$1::date"
_WILDCARDS: Final = str.maketrans({"\\": r"\\", "%": r"\%", "_": r"\_"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which activities are looked for. What is None is not asked for."""

    q: str | None = None
    format: str | None = None
    state: str | None = None
    moc_board: str | None = None


@dataclass(frozen=True, slots=True)
class CatalogPage:
    """Activities as JSON documents, and where the next page begins, if there is one."""

    documents: list[str]
    behind: Position | None


async def read_page(
    transaction: Transaction, wanted: Wanted, today: date, behind: Position | None, limit: int
) -> CatalogPage:
    """Return the activities behind a position, those that end first coming first."""

    async def read(behind: Position | None, most: int) -> list[Looked[Position]]:
        text, values = page_statement(wanted, today, behind, most)
        found = await transaction.driver.fetch(text, *values)
        return [Looked(row["document"], _position(row), row["place"] == LOT) for row in found]

    return CatalogPage(*await look_through(read, behind, limit, LOT))


def _position(row: asyncpg.Record) -> Position:
    return row["end_date"], row["provider_id"], row["activity_id"]


def page_statement(
    wanted: Wanted, today: date, behind: Position | None, most: int
) -> tuple[str, list[object]]:
    """Return the statement that reads a page, and its values.

    Which rows come first is said by the view alone. Where it is asked for once more,
    PostgreSQL takes the whole of the view to be needed, and reads and sorts it. The last
    row that may be looked at is returned as well, without a document if nobody asked for it.
    """
    parameters = Parameters(today, most)
    conditions = [f"{status_sql(_TODAY)} = '{Status.ACTIVE}'", *_conditions(wanted, parameters)]
    place = f"a.end_date >= {_TODAY}"
    if behind is not None:
        end_date, provider_id, activity_id = behind
        last = map(parameters.add, (date.fromisoformat(end_date), provider_id, activity_id))
        place += f" AND (a.end_date, a.provider_id, a.activity_id) > ({', '.join(last)})"
    columns = ", ".join(
        "trim_scale(a.credits) AS credits" if name == "credits" else f"a.{name}"
        for name in CATALOG_FIELDS
    )
    # The boards are gathered of what is shown, and not of all that is looked at. One row is
    # all there is; saying so keeps PostgreSQL from joining the view as a whole.
    text = f"""
        SELECT row_to_json(entry)::text AS document, found.place,
            found.end_date::text AS end_date, found.provider_id, found.activity_id
        FROM (
            SELECT * FROM (
                SELECT a.end_date, a.provider_id, a.activity_id,
                    {" AND ".join(conditions)} AS wanted, row_number() OVER () AS place
                FROM activity_catalog a
                WHERE {place}
                LIMIT {LOT}
            ) looked_at
            WHERE wanted OR place = {LOT}
            LIMIT $2
        ) found LEFT JOIN LATERAL (
            SELECT {columns} FROM activity_catalog a
            WHERE a.provider_id = found.provider_id AND a.activity_id = found.activity_id
                AND found.wanted
            LIMIT 1
        ) entry ON true
        ORDER BY found.place
    """  # noqa: S608 - text of this module; every value is a parameter
    return text, parameters.values


def containing(words: str) -> str:
    """Return the pattern of texts that contain these words, whatever signs they hold."""
    return f"%{words.translate(_WILDCARDS)}%"


def _conditions(wanted: Wanted, parameters: Parameters) -> Iterator[str]:
    if wanted.q is not None:
        words = parameters.add(containing(wanted.q))
        yield f"(a.title ILIKE {words} OR a.description ILIKE {words})"
    if wanted.format is not None:
        yield f"a.format = {parameters.add(wanted.format)}"
    if wanted.state is not None:
        yield f"a.state = {parameters.add(wanted.state)}"
    if wanted.moc_board is not None:
        yield f"{parameters.add(wanted.moc_board)} = ANY (a.moc_boards)"
