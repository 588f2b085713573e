"""The demo's activities under the ids that they had: examples and notes go on naming them."""

from collections.abc import Iterator

import orjson

from app.activities import statements
from app.activities.repository import ActivityRepository, Record, row_of
from app.auth.access import Access
from app.core.looking import Values


class SameIds(ActivityRepository):
    """Gives new records these ids, one after the other, and numbers of their own thereafter."""

    def __init__(self, access: Access, driver: Values, ids: Iterator[str]) -> None:
        super().__init__(access, driver)
        self._ids = ids

    async def insert(self, content: Record, action: str) -> Record | None:
        """Store a new record under the next id; return its identity and times."""
        return await self._fetch(
            statements.INSERT_AS,
            orjson.dumps(row_of(content)).decode(),
            action,
            *self._access.actor,
            orjson.dumps(content).decode(),
            next(self._ids, None),
        )
