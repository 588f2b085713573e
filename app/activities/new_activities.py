"""Many activities that are believed to be new, made ready to be entered in one statement.

A long file is mostly about records of one kind: none is there yet, or all are. Where none of
the last ones was there, nobody asks for the next ones before they are entered; and because
nothing has to be known for it but what was sent, they are made ready while the database is
still busy with the last ones. That one of them is there after all shows as it is entered.
"""

from collections.abc import Callable, Sequence
from typing import Final

from app.activities import bulk_statements
from app.activities.bulk_columns import Columns, put_together, text_of
from app.activities.bulk_statements import ACTIVITIES, BOARDS, HISTORY, KEYS, SOURCES
from app.activities.repository import Record, row_of
from app.activities.staged_repository import OvertakenError
from app.activities.submission import Submission
from app.auth.access import Access
from app.core.database import Transaction

_FIRST_VERSION: Final = {"version": 1, "closed_at": None}
_FIRST_ENTRY: Final = {"version": 1, "action": "created", "changes": []}


class NewActivities:
    """Valid records as columns. Their ids are missing, which stand first in each table.

    They are added a few at a time, so that what was read of them can go again.
    """

    def __init__(self) -> None:
        self._number = 0
        self._activities = _Rows(ACTIVITIES)
        self._sources = _Rows(SOURCES)
        self._boards = _Rows(BOARDS)
        self._history = _Rows(HISTORY)

    def __len__(self) -> int:
        """Return how many they are."""
        return self._number

    def add(self, sent: Sequence[Submission]) -> None:
        """Add some records behind the others."""
        rows = [row_of(one.content, one.facts) for one in sent]
        for row in rows:
            row.update(_FIRST_VERSION)
        everyone = list(enumerate(rows, self._number))
        self._activities.add(everyone)
        self._sources.add([(place, part) for place, row in everyone for part in row["sources"]])
        self._boards.add([(place, part) for place, row in everyone for part in row["boards"]])
        self._history.add(
            [
                (place, {**_FIRST_ENTRY, "content": one.content})
                for place, one in enumerate(sent, self._number)
            ]
        )
        self._number += len(sent)

    async def any_there(self, access: Access, transaction: Transaction) -> bool:
        """Say whether there is a record under the key of one of them."""
        keys = self._activities.columns(KEYS.listed)
        there: bool = await transaction.driver.fetchval(
            bulk_statements.ANY_THERE, access.provider_id, *keys
        )
        return there

    async def enter(
        self, access: Access, transaction: Transaction, about_to_enter: Callable[[], object]
    ) -> list[str]:
        """Enter them, and return their ids; tell before the one statement that takes long.

        Raises OvertakenError where one was there already. Nothing of this may stay then.
        """
        driver = transaction.driver
        drawn = await driver.fetch(bulk_statements.NEW_NUMBERS, self._number)
        ids: list[str] = [row[0] for row in drawn]
        tables = (self._activities, self._sources, self._boards, self._history)
        columns = [column for table in tables for column in table.under(ids)]
        about_to_enter()
        entered = await driver.fetchval(
            bulk_statements.ADD_MANY, access.provider_id, *columns, *access.actor
        )
        if entered != self._number:
            raise OvertakenError
        return ids


class _Rows:
    """Rows of one table, each about the activity at a place among the others."""

    def __init__(self, table: Columns) -> None:
        self._table = table
        self._places: list[int] = []
        self._pieces: list[list[str]] = []

    def add(self, rows: Sequence[tuple[int, Record]]) -> None:
        """Add rows, each with the place of its activity."""
        if rows:
            self._places += [place for place, _ in rows]
            self._pieces.append(self._table.behind_the_first([row for _, row in rows]))

    def columns(self, names: Sequence[str]) -> list[str]:
        """Return the parameters of some columns behind the first."""
        places = [self._table.listed.index(name) - 1 for name in names]
        return [put_together([piece[place] for piece in self._pieces]) for place in places]

    def under(self, ids: Sequence[str]) -> list[str]:
        """Return the parameters that say these rows, whose activities have these ids."""
        return [
            text_of([ids[place] for place in self._places]),
            *self.columns(self._table.listed[1:]),
        ]
