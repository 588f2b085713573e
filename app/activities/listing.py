"""Reading a page of activities: one statement, and what has to be worked out in Python."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from app.activities.listing_across import (
    LOT,
    is_in_lots,
    looked_at,
    lot_statement,
)
from app.activities.listing_filters import Scope
from app.activities.listing_parameters import ListRequest
from app.activities.listing_sql import (
    Position,
    Statement,
    count_statement,
    page_statement,
    rows_of,
    summary,
)
from app.activities.presenting import present
from app.activities.statements import RECORD, RECORD_AMONG_OTHERS
from app.core.looking import Values
from app.core.lots import Looked, look_through
from app.core.paging import Cursors
from app.reference.boards import Board


@dataclass(frozen=True, slots=True)
class Page:
    """Rows as JSON documents, and what a client needs to go on."""

    rows: Sequence[orjson.Fragment]
    next_cursor: str | None
    limit: int
    total: int | None

    def as_json(self) -> bytes:
        """Return the page as clients read it."""
        page: dict[str, Any] = {"next_cursor": self.next_cursor, "limit": self.limit}
        if self.total is not None:
            page["total"] = self.total
        return orjson.dumps({"data": self.rows, "page": page})


@dataclass(frozen=True, slots=True)
class Lister:
    """Reads pages of a list, as the boards and the day have it."""

    scope: Scope
    boards: Mapping[str, Board]
    today: date
    cursors: Cursors

    async def page(self, values: Values, request: ListRequest) -> Page:
        """Read the page that begins behind the cursor; raise 400 for one of another list."""
        selection = {
            "of": self.scope.providers,
            "sort": request.sort_name,
            "filters": request.wanted.asked(),
        }
        cursor = request.cursor
        behind = Position(*self.cursors.decode(cursor, selection)) if cursor else None
        rows, last = await self._found(values, request, behind)
        return Page(
            rows=[self._shown(document, request) for document in rows],
            next_cursor=self.cursors.encode(last, selection) if last else None,
            limit=request.limit,
            total=await self._count(values, request) if request.count else None,
        )

    async def _found(
        self, values: Values, request: ListRequest, behind: Position | None
    ) -> tuple[list[str], Position | None]:
        """Return the documents of a page, and behind what the next one begins, if any."""

        async def read(behind: Position | None, most: int) -> str | None:
            statement = self._statement(request, behind, most)
            found: str | None = await values.fetchval(statement.text, *statement.values)
            return found

        async def read_lot(behind: Position | None, most: int) -> list[Looked[Position]]:
            return looked_at(await read(behind, most))

        if is_in_lots(self.scope, request.wanted, request.sort):
            return await look_through(read_lot, behind, request.limit, LOT)
        # One row more than the page holds tells whether there is another page.
        found = rows_of(await read(behind, request.limit + 1))
        rows = found[: request.limit]
        last = rows[-1].position if len(found) > request.limit else None
        return [row.document for row in rows], last

    def _statement(self, request: ListRequest, behind: Position | None, most: int) -> Statement:
        document, wanted, sort = _document(request), request.wanted, request.sort
        where: dict[str, Any] = {"sort": sort, "behind": behind, "most": most, "today": self.today}
        if is_in_lots(self.scope, wanted, sort):
            return lot_statement(document, self.scope, wanted, **where)
        return page_statement(document, self.scope, wanted, **where)

    def _shown(self, document: str, request: ListRequest) -> orjson.Fragment:
        if not request.whole:
            # PostgreSQL writes summaries as they are sent; nothing here looks into them.
            return orjson.Fragment(document)
        record = present(orjson.loads(document), self.boards, self.today)
        shown = {name: record[name] for name in request.fields} if request.fields else record
        # A page of records that are all kept to its end has Python look for garbage among them.
        return orjson.Fragment(orjson.dumps(shown))

    async def _count(self, values: Values, request: ListRequest) -> int:
        statement = count_statement(self.scope, request.wanted, self.today)
        return int(await values.fetchval(statement.text, *statement.values))


def _document(request: ListRequest) -> str:
    """Return the SQL of a row."""
    if not request.whole:
        return summary(request.fields)
    # Whoever asks for a warning is shown it, also where others cause it.
    return RECORD_AMONG_OTHERS if request.wanted.warning else RECORD
