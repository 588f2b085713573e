"""Many activities that are believed to be new, made ready to be entered in one statement.

A long file is mostly about records of one kind: none is there yet, or all are. Where none of
the last ones was there, nobody asks for the next ones before they are entered; and because
nothing has to be known for it but what was sent, they are made ready while the database is
still busy with the last ones. That one of them is there after all shows as it is entered.
"""

from collections.abc import Sequence
from typing import Final

from app.activities import bulk_statements
from app.activities.bulk_columns import text_of
from app.activities.bulk_statements import ACTIVITIES, BOARDS, HISTORY, SOURCES
from app.activities.repository import Record, row_of
from app.activities.staged_repository import OvertakenError
from app.auth.access import Access
from app.core.database import Transaction

_FIRST_VERSION: Final = {"version": 1, "closed_at": None}
_FIRST_ENTRY: Final = {"version": 1, "action": "created", "changes": []}


class NewActivities:
    """Valid records as columns. Their ids are missing, which stand first in each table."""

    def __init__(self, contents: Sequence[Record]) -> None:
        rows = [row_of(content) for content in contents]
        for row in rows:
            row.update(_FIRST_VERSION)
        sources = [(place, part) for place, row in enumerate(rows) for part in row["sources"]]
        boards = [(place, part) for place, row in enumerate(rows) for part in row["boards"]]
        history = [{**_FIRST_ENTRY, "content": content} for content in contents]
        everyone = range(len(rows))
        self._tables = (
            (everyone, ACTIVITIES.behind_the_first(rows)),
            (
                [place for place, _ in sources],
                SOURCES.behind_the_first([one for _, one in sources]),
            ),
            ([place for place, _ in boards], BOARDS.behind_the_first([one for _, one in boards])),
            (everyone, HISTORY.behind_the_first(history)),
        )
        self._number = len(rows)

    def __len__(self) -> int:
        """Return how many they are."""
        return self._number

    async def enter(self, access: Access, transaction: Transaction) -> list[str]:
        """Enter them, and return their ids.

        Raises OvertakenError where one was there already. Nothing of this may stay then.
        """
        driver = transaction.driver
        drawn = await driver.fetch(bulk_statements.NEW_NUMBERS, self._number)
        ids: list[str] = [row[0] for row in drawn]
        columns = [
            column
            for places, others in self._tables
            for column in (text_of([ids[place] for place in places]), *others)
        ]
        actor = (access.principal.kind, access.principal.credential_id, access.request_id)
        entered = await driver.fetchval(
            bulk_statements.ADD_MANY, access.provider_id, *columns, *actor
        )
        if entered != self._number:
            raise OvertakenError
        return ids
