"""Reading the feed so that nothing is ever skipped.

A change gets its number before its transaction commits, so that a later number may be
seen earlier, and whoever goes on from the later one would miss the earlier. The feed is
therefore ordered by transaction first, and shows only transactions older than every one
that is still running: whatever is not shown yet comes behind what was shown.

One activity may have two changes in another order than their versions, namely when a
transaction that changed several activities took longer than one that changed this one.
The entry with the highest version is the latest.
"""

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import asyncpg

from app.auth.access import Access
from app.core.database import Transaction
from app.core.instant import instant

_ENTRIES: Final = """
SELECT transaction_id, change_number, activity_id, version, at, action
FROM activity_history
WHERE provider_id = $1 AND (transaction_id, change_number) > ($2, $3)
    AND transaction_id < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
ORDER BY transaction_id, change_number
LIMIT $4
"""


class Place(NamedTuple):
    """A place in the feed: behind this change."""

    transaction_id: int
    change_number: int


BEGINNING: Final = Place(0, 0)


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Changes in order, the place behind them, and whether more were there."""

    entries: list[dict[str, Any]]
    place: Place
    more: bool


async def read_feed(access: Access, transaction: Transaction, since: Place, limit: int) -> FeedPage:
    """Return the changes behind a place."""
    rows = await transaction.driver.fetch(_ENTRIES, access.provider_id, *since, limit + 1)
    shown = rows[:limit]
    place = Place(shown[-1]["transaction_id"], shown[-1]["change_number"]) if shown else since
    entries = [_entry(access.provider_id, row) for row in shown]
    return FeedPage(entries, place, more=len(rows) > limit)


def _entry(provider_id: str, row: asyncpg.Record) -> dict[str, Any]:
    activity_id = row["activity_id"]
    return {
        "change_id": str(row["change_number"]),
        "activity_id": activity_id,
        "version": row["version"],
        "at": instant(row["at"]),
        "action": row["action"],
        "href": f"/v1/providers/{provider_id}/activities/{activity_id}",
    }
