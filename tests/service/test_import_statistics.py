"""An import does not wait for PostgreSQL to count the activities by itself."""

from app.core.clock import Clock
from app.core.database import Database, Transaction
from tests.completions import completion, enter_activity
from tests.harness import ReportingProvider
from tests.imports_support import Desk, ndjson


async def test_the_activities_are_counted_before_completions_are_looked_up_among_them(
    provider: ReportingProvider, database: Database, clock: Clock
) -> None:
    activity_id = (await enter_activity(provider)).split("/")[-2]

    async def counted(transaction: Transaction) -> float:
        found: float = await transaction.driver.fetchval(
            "SELECT reltuples FROM pg_class WHERE oid = 'activities'::regclass"
        )
        return found

    row = completion(activity_id=activity_id, credit_id="C-1", board_credits=[])
    job = await Desk(provider, database, clock).take_in(ndjson([row]), kind="completions")
    assert job["counts"]["created"] == 1
    assert await database.run(None, counted) == 1
