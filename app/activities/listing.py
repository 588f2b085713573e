"""Reading a page of activities: one statement, and what has to be worked out in Python."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import asyncpg
import orjson

from app.activities.listing_filters import Scope
from app.activities.listing_parameters import ListRequest
from app.activities.listing_sql import (
    WHOLE_RECORD,
    Position,
    count_statement,
    page_statement,
    summary,
)
from app.activities.presenting import present
from app.activities.repository import Record
from app.core.database import Transaction
from app.core.paging import Cursors
from app.reference.boards import Board


@dataclass(frozen=True, slots=True)
class Page:
    """Rows as JSON documents, and what a client needs to go on."""

    rows: Sequence[str]
    next_cursor: str | None
    limit: int
    total: int | None

    def as_json(self, boards: Mapping[str, Board], today: date, request: ListRequest) -> bytes:
        """Return the page as clients read it."""
        page: dict[str, Any] = {"next_cursor": self.next_cursor, "limit": self.limit}
        if self.total is not None:
            page["total"] = self.total
        if request.whole:
            records = [present(orjson.loads(row), boards, today) for row in self.rows]
            rows = orjson.dumps([_picked(record, request.fields) for record in records])
        else:
            # PostgreSQL wrote the rows as they are sent; nothing here looks into them.
            rows = f"[{','.join(self.rows)}]".encode()
        return b'{"data":%b,"page":%b}' % (rows, orjson.dumps(page))


async def read_page(
    transaction: Transaction, scope: Scope, request: ListRequest, today: date, cursors: Cursors
) -> Page:
    """Read the page that begins behind the cursor; raise 400 for a cursor of another list."""
    selection = {
        "of": scope.providers,
        "sort": request.sort_name,
        "filters": request.wanted.asked(),
    }
    behind = Position(*cursors.decode(request.cursor, selection)) if request.cursor else None
    statement = page_statement(
        WHOLE_RECORD if request.whole else summary(request.fields),
        scope,
        request.wanted,
        sort=request.sort,
        behind=behind,
        # One row more than the page holds tells whether there is another page.
        most=request.limit + 1,
        today=today,
    )
    found = await transaction.driver.fetch(statement.text, *statement.values)
    rows, more = found[: request.limit], len(found) > request.limit
    return Page(
        rows=[row["document"] for row in rows],
        next_cursor=cursors.encode(_position(rows[-1]), selection) if more else None,
        limit=request.limit,
        total=await _count(transaction, scope, request, today) if request.count else None,
    )


async def _count(transaction: Transaction, scope: Scope, request: ListRequest, today: date) -> int:
    statement = count_statement(scope, request.wanted, today)
    return int(await transaction.driver.fetchval(statement.text, *statement.values))


def _position(row: asyncpg.Record) -> Position:
    return Position(row["sort_key"], row["activity_id"])


def _picked(record: Record, fields: Sequence[str] | None) -> Record:
    return record if fields is None else {name: record[name] for name in fields}
