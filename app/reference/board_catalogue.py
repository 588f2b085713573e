"""The certifying boards as every request needs them: read from the table, kept a moment."""

import asyncio
import time
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import select

from app.core.database import Database, Transaction
from app.reference.boards import Board, ContentAreaRule
from app.reference.models import MocBoard

# A board that an operator loads is known to every process after this time at most.
KEPT_SECONDS: Final = 30.0


class BoardCatalogue:
    """All boards by their code, read from the database at most every 30 seconds."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._boards: Mapping[str, Board] = {}
        self._fresh_until = float("-inf")
        # One reader asks the database; the others wait for its answer.
        self._reading = asyncio.Lock()

    async def boards(self) -> Mapping[str, Board]:
        """Return every board by its code, in order of the codes."""
        if time.monotonic() < self._fresh_until:
            return self._boards
        async with self._reading:
            if time.monotonic() >= self._fresh_until:
                self._boards = await self._database.run(None, _read_boards)
                self._fresh_until = time.monotonic() + KEPT_SECONDS
        return self._boards


async def _read_boards(transaction: Transaction) -> Mapping[str, Board]:
    rows = await transaction.session.scalars(select(MocBoard).order_by(MocBoard.board))
    return MappingProxyType({row.board: _board(row) for row in rows})


def _board(row: MocBoard) -> Board:
    return Board(
        code=row.board,
        name=row.name,
        credit_types=tuple(row.credit_types),
        practice_areas=tuple(row.practice_areas),
        content_areas=_content_area_rule(row.content_areas),
        in_effect_from=row.in_effect_from,
        in_effect_to=row.in_effect_to,
        exclusive_credit_types=tuple(tuple(pair) for pair in row.exclusive_credit_types),
        lists=row.lists,
        one_completion_a_day=row.one_completion_a_day,
    )


def _content_area_rule(document: dict[str, Any] | None) -> ContentAreaRule | None:
    return None if document is None else ContentAreaRule(**document)
