"""An import does not wait for PostgreSQL to count the activities by itself."""

from app.core.clock import Clock
from app.core.database import Database
from tests.completions import completion, enter_activity
from tests.databases import superuser_of
from tests.harness import ReportingProvider
from tests.imports_support import Desk, ndjson


async def test_the_activities_are_counted_before_completions_are_looked_up_among_them(
    provider: ReportingProvider, database: Database, clock: Clock, database_url: str
) -> None:
    activity_id = (await enter_activity(provider)).split("/")[-2]
    row = completion(activity_id=activity_id, credit_id="C-1", board_credits=[])
    async with superuser_of(database_url) as superuser:
        await superuser.execute(
            "UPDATE pg_class SET relpages = 0, reltuples = -1 WHERE oid = 'activities'::regclass"
        )
        job = await Desk(provider, database, clock).take_in(ndjson([row]), kind="completions")
        assert job["counts"]["created"] == 1
        counted = await superuser.fetchval(
            "SELECT reltuples FROM pg_class WHERE oid = 'activities'::regclass"
        )
    assert counted >= 1
