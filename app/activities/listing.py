"""Reading a page of activities: one statement, and what has to be worked out in Python."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import asyncpg
import orjson

from app.activities.listing_filters import Scope
from app.activities.listing_parameters import ListRequest
from app.activities.listing_sql import (
    SUMMARY_COLUMNS,
    Position,
    count_statement,
    page_statement,
    summary,
)
from app.activities.presenting import present
from app.activities.repository import Record
from app.activities.statements import RECORD, RECORD_AMONG_OTHERS
from app.core.database import Transaction
from app.core.paging import MOST_ROWS, Cursors
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
            "warning": request.warning,
        }
        cursor = request.cursor
        behind = Position(*self.cursors.decode(cursor, selection)) if cursor else None
        # One row more than the page holds tells whether there is another page.
        most = request.limit + 1
        if request.warning is None:
            found = await self._rows(transaction, request, behind, most)
        else:
            found = [row async for row in self._warned(transaction, request, behind, most)]
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
            found = await self._fetch(transaction, request, RECORD, behind, most)
            return [(self._shown(self._presented(row), request), row) for row in found]
        # PostgreSQL writes summaries as they are sent; nothing here looks into them.
        document = summary(request.fields)
        found = await self._fetch(transaction, request, document, behind, most)
        return [(row["document"], row) for row in found]

    async def _warned(
        self, transaction: Transaction, request: ListRequest, behind: Position | None, most: int
    ) -> AsyncIterator[tuple[str, asyncpg.Record]]:
        """Look through the list for records that show the warning, until the page is full."""
        left = most
        while True:
            found = await self._fetch(transaction, request, RECORD_AMONG_OTHERS, behind, MOST_ROWS)
            for row in found:
                record = self._presented(row)
                if any(warning["code"] == request.warning for warning in record["warnings"]):
                    yield self._shown(record, request), row
                    left -= 1
                if not left:
                    return
            if len(found) < MOST_ROWS:
                return
            behind = _position(found[-1])

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

    def _presented(self, row: asyncpg.Record) -> Record:
        return present(orjson.loads(row["document"]), self.boards, self.today)

    def _shown(self, record: Record, request: ListRequest) -> str:
        if request.whole and not request.fields:
            return orjson.dumps(record).decode()
        if not request.whole:
            record["missing_count"] = len(record["missing"])
        shown = request.fields or SUMMARY_COLUMNS
        return orjson.dumps({name: record[name] for name in shown}).decode()

    async def _count(self, transaction: Transaction, request: ListRequest) -> int:
        statement = count_statement(self.scope, request.wanted, self.today)
        return int(await transaction.driver.fetchval(statement.text, *statement.values))


def _position(row: asyncpg.Record) -> Position:
    return Position(row["sort_key"], row["activity_id"])
