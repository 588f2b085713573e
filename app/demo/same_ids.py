"""The demo's activities under the ids that they had: examples and notes go on naming them."""

from collections.abc import Iterator

from app.activities import statements
from app.activities.repository import ActivityRepository, Record, row_of
from app.auth.access import Access
from app.core.json_text import json_text
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
            json_text(row_of(content)),
            action,
            *self._access.actor,
            json_text(content),
            next(self._ids, None),
        )
