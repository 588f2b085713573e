"""What PostgreSQL knows of the activities: it has to know roughly how many there are.

A foreign key that points at them is checked row by row, by a plan that is made once for each
connection. Made while nobody has counted the activities, it goes through an index that begins
with the provider and reads all of its entries for each row. PostgreSQL counts once a minute;
an import has saved a hundred thousand rows by then.
"""

from typing import Final

from app.core.database import Database, Transaction
from app.core.row_scope import RowScope

# Only the owner of a table may have it counted: the login, under no other role.
_OWNER: Final = RowScope("none")
_OUTGROWN: Final = """
SELECT pg_relation_size(oid) > 2 * relpages::bigint * current_setting('block_size')::bigint
FROM pg_class WHERE oid = 'activities'::regclass
"""
# The key is enough, and so are three thousand rows: with the thirty thousand that PostgreSQL
# looks at otherwise, an import waits a seventh of a second. What is being counted already is
# passed over.
_FEW_ROWS: Final = "SET LOCAL default_statistics_target = 10"
_COUNT: Final = "ANALYZE (SKIP_LOCKED) activities (provider_id, activity_id)"


async def count_activities(database: Database) -> None:
    """Have PostgreSQL count the activities when they are twice as many as it knows of."""

    async def work(transaction: Transaction) -> None:
        if await transaction.driver.fetchval(_OUTGROWN):
            await transaction.driver.execute(_FEW_ROWS)
            await transaction.driver.execute(_COUNT)

    await database.run(_OWNER, work)
