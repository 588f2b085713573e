"""The reference: rows that are there already, written once more by INSERT ... SELECT unnest."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final, NamedTuple, TypeAlias

import asyncpg

Driver: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

RECORDS: Final = ("activities", "commercial_support_sources", "moc_registrations")
WITH_HISTORY: Final = (*RECORDS, "activity_history")
# What PostgreSQL fills in by itself, in an import as well.
_FILLED_IN: Final = {
    "created_at",
    "updated_at",
    "at",
    "attestation_text_version",
    "change_number",
    "transaction_id",
}
_COLUMNS: Final = """
SELECT attname, format_type(atttypid, NULL) FROM pg_attribute
WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
ORDER BY attnum
"""


class Table(NamedTuple):
    """The rows of one table, column by column, and the statement that writes them."""

    name: str
    activity: list[str]
    columns: list[list[Any]]
    statement: str


async def read_table(driver: Driver, name: str, provider_id: str) -> Table:
    """Read the rows of a provider, in the order of the activities."""
    columns = [
        (column, kind)
        for column, kind in await driver.fetch(_COLUMNS, name)
        if column not in _FILLED_IN and column != "provider_id"
    ]
    names = ", ".join(column for column, _ in columns)
    # What unnest cannot take apart into rows travels as text.
    as_text = {column for column, kind in columns if kind.endswith("[]") or kind == "jsonb"}
    sent = ", ".join(
        f"${place}::{'text' if column in as_text else kind}[]"
        for place, (column, kind) in enumerate(columns, 2)
    )
    wanted = ", ".join(
        f"sent.{column}::{kind}" if column in as_text else f"sent.{column}"
        for column, kind in columns
    )
    statement = (
        f"INSERT INTO {name} (provider_id, {names}) "
        f"SELECT $1, {wanted} FROM unnest({sent}) AS sent ({names})"
    )
    read = ", ".join(f"{column}::text" if column in as_text else column for column, _ in columns)
    rows = await driver.fetch(
        f"SELECT {read} FROM {name} WHERE provider_id = $1 ORDER BY activity_id",
        provider_id,
    )
    values = [list(column) for column in zip(*(row.values() for row in rows), strict=True)]
    activity = values[[column for column, _ in columns].index("activity_id")]
    return Table(name, activity, values, statement)


class Piece(NamedTuple):
    """A part of the rows of one table, ready to be sent."""

    statement: str
    columns: list[list[Any]]


def pieces(tables: Sequence[Table], chunk: int) -> list[list[Piece]]:
    """Divide the rows of all tables into chunks of so many activities."""
    activities = tables[0].activity
    edges = [*activities[::chunk], None]
    divided = []
    for first, behind in pairwise(edges):
        part = []
        for table in tables:
            begin = _place(table.activity, first)
            end = _place(table.activity, behind)
            part.append(Piece(table.statement, [column[begin:end] for column in table.columns]))
        divided.append(part)
    return divided


def _place(activity: list[str], edge: str | None) -> int:
    if edge is None:
        return len(activity)
    return next((place for place, one in enumerate(activity) if one >= edge), len(activity))


async def write_rows(driver: Driver, provider_id: str, chunks: Sequence[Sequence[Piece]]) -> None:
    """Write the rows for another provider, each chunk in a transaction."""
    for chunk in chunks:
        await driver.execute(f"BEGIN; SET LOCAL app.provider_id = '{provider_id}'")
        for piece in chunk:
            await driver.execute(piece.statement, provider_id, *piece.columns)
        await driver.execute("COMMIT")
