"""Reading a page of activities: one statement, and what has to be worked out in Python."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import asyncpg
import orjson

from app.activities.listing_filters import Scope
from app.activities.listing_parameters import ListRequest
from app.activities.listing_sql import Position, count_statement, page_statement, summary
from app.activities.presenting import present
from app.activities.statements import RECORD, RECORD_AMONG_OTHERS
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

    def as_json(self) -> bytes:
        """Return the page as clients read it."""
        page: dict[str, Any] = {"next_cursor": self.next_cursor, "limit": self.limit}
        if self.total is not None:
            page["total"] = self.total
        return b'{"data":[%b],"page":%b}' % (",".join(self.rows).encode(), orjson.dumps(page))


@dataclass(frozen=True, slots=True)
class Lister:
    """Reads pages of a list, as the boards and the day have it."""

    scope: Scope
    boards: Mapping[str, Board]
    today: date
    cursors: Cursors

    async def page(self, transaction: Transaction, request: ListRequest) -> Page:
        """Read the page that begins behind the cursor; raise 400 for one of another list."""
        selection = {
            "of": self.scope.providers,
            "sort": request.sort_name,
            "filters": request.wanted.asked(),
        }
        cursor = request.cursor
        behind = Position(*self.cursors.decode(cursor, selection)) if cursor else None
        # One row more than the page holds tells whether there is another page.
        found = await self._rows(transaction, request, behind, request.limit + 1)
        rows, more = found[: request.limit], len(found) > request.limit
        return Page(
            rows=[document for document, _ in rows],
            next_cursor=self.cursors.encode(_position(rows[-1][1]), selection) if more else None,
            limit=request.limit,
            total=await self._count(transaction, request) if request.count else None,
        )

    async def _rows(
        self, transaction: Transaction, request: ListRequest, behind: Position | None, most: int
    ) -> list[tuple[str, asyncpg.Record]]:
        if request.whole:
            # Whoever asks for a warning is shown it, also where others cause it.
            document = RECORD_AMONG_OTHERS if request.wanted.warning else RECORD
            found = await self._fetch(transaction, request, document, behind, most)
            return [(self._shown(row, request.fields), row) for row in found]
        # PostgreSQL writes summaries as they are sent; nothing here looks into them.
        document = summary(request.fields)
        found = await self._fetch(transaction, request, document, behind, most)
        return [(row["document"], row) for row in found]

    async def _fetch(
        self,
        transaction: Transaction,
        request: ListRequest,
        document: str,
        behind: Position | None,
        most: int,
    ) -> list[asyncpg.Record]:
        statement = page_statement(
            document,
            self.scope,
            request.wanted,
            sort=request.sort,
            behind=behind,
            most=most,
            today=self.today,
        )
        return await transaction.driver.fetch(statement.text, *statement.values)

    def _shown(self, row: asyncpg.Record, fields: Sequence[str] | None) -> str:
        record = present(orjson.loads(row["document"]), self.boards, self.today)
        shown = {name: record[name] for name in fields} if fields else record
        return orjson.dumps(shown).decode()

    async def _count(self, transaction: Transaction, request: ListRequest) -> int:
        statement = count_statement(self.scope, request.wanted, self.today)
        return int(await transaction.driver.fetchval(statement.text, *statement.values))


def _position(row: asyncpg.Record) -> Position:
    return Position(row["sort_key"], row["activity_id"])
