"""Reading all records of a provider, a few hundred at a time."""

from collections.abc import AsyncIterator, Mapping
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import orjson

from app.activities.calls import Reading
from app.activities.presenting import present
from app.activities.statements import RECORD
from app.core.database import Transaction
from app.imports.readers.rows import Kind
from app.learners.completion_calls import in_lists
from app.learners.completion_statements import DOCUMENT

Record: TypeAlias = dict[str, Any]

_AT_A_TIME: Final = 500
_PAGES: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        "activities": f"""
            SELECT {RECORD}::text FROM activities a
            WHERE a.provider_id = $1 AND a.activity_id > $2 ORDER BY a.activity_id LIMIT $3
        """,  # noqa: S608 - own text
        "completions": f"""
            SELECT {DOCUMENT}::text FROM learner_completions c
            WHERE c.provider_id = $1 AND c.completion_id > $2 ORDER BY c.completion_id LIMIT $3
        """,  # noqa: S608 - own text
    }
)
_IDS: Final[Mapping[Kind, str]] = MappingProxyType(
    {"activities": "activity_id", "completions": "completion_id"}
)
# How often each part that repeats stands in a record at most: a table has so many columns.
_TIMES: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        "activities": """
            SELECT (SELECT coalesce(max(jsonb_array_length(outcome_measures)), 0)
                    FROM activities WHERE provider_id = $1) AS outcome,
                (SELECT coalesce(max(position) + 1, 0)
                    FROM commercial_support_sources WHERE provider_id = $1) AS support,
                (SELECT coalesce(max(position) + 1, 0)
                    FROM moc_registrations WHERE provider_id = $1) AS moc
        """,
        "completions": """
            SELECT coalesce(max(jsonb_array_length(board_credits)), 0) AS board
            FROM learner_completions WHERE provider_id = $1
        """,
    }
)


class Export:
    """The records of one kind of the provider that a call is about."""

    def __init__(self, call: Reading, kind: Kind) -> None:
        self.kind: Kind = kind
        self._call = call

    async def times(self) -> dict[str, int]:
        """Return how often each part that repeats is there at most."""

        async def work(transaction: Transaction) -> dict[str, int]:
            row = await transaction.driver.fetchrow(
                _TIMES[self.kind], self._call.access.provider_id
            )
            return dict(row or {})

        return await self._call.access.read_recent(work)

    async def pages(self) -> AsyncIterator[list[Record]]:
        """Give all records as clients read them, a page at a time."""
        after = ""

        async def work(transaction: Transaction) -> list[Record]:
            rows = await transaction.driver.fetch(
                _PAGES[self.kind], self._call.access.provider_id, after, _AT_A_TIME
            )
            return [self._presented(orjson.loads(row[0])) for row in rows]

        while page := await self._call.access.read_recent(work):
            yield page
            after = page[-1][_IDS[self.kind]]

    def _presented(self, record: Record) -> Record:
        if self.kind == "activities":
            return present(record, self._call.boards, self._call.today)
        return in_lists(self._call)(record)
