"""The two bans on deleting hold in the database too, for whoever forgets to ask the service."""

import pytest

from app.core.database import Database, Transaction
from app.core.errors import ProblemError
from tests.builders import complete_activity
from tests.harness import ReportingProvider


async def test_the_database_itself_keeps_a_closed_activity(
    provider: ReportingProvider, database: Database
) -> None:
    closed = await provider.client.post(
        f"{provider.activities}?close=true", json=complete_activity()
    )
    with pytest.raises(ProblemError) as refused:
        await _delete(database, provider.provider_id, closed.json()["activity_id"])
    assert refused.value.kind.code == "activity.delete_closed"
    assert (await provider.client.get(closed.headers["location"])).status_code == 200


async def test_the_database_itself_keeps_an_activity_with_completions(
    provider: ReportingProvider, database: Database
) -> None:
    made = await provider.client.post(provider.activities, json=complete_activity())
    activity_id = made.json()["activity_id"]

    async def report(transaction: Transaction) -> None:
        await transaction.driver.execute(
            """INSERT INTO learner_completions
            (provider_id, completion_id, activity_id, given_name, family_name, completed_on)
            VALUES ($1, $2, $2, 'A', 'B', '2026-05-02')""",
            provider.provider_id,
            activity_id,
        )

    await database.run(provider.provider_id, report)
    with pytest.raises(ProblemError) as refused:
        await _delete(database, provider.provider_id, activity_id)
    assert refused.value.kind.code == "activity.has_learner_completions"
    by_call = await provider.client.delete(made.headers["location"])
    assert (by_call.status_code, by_call.json()["code"]) == (409, refused.value.kind.code)


async def _delete(database: Database, provider_id: str, activity_id: str) -> None:
    async def work(transaction: Transaction) -> None:
        await transaction.driver.execute(
            "DELETE FROM activities WHERE provider_id = $1 AND activity_id = $2",
            provider_id,
            activity_id,
        )

    await database.run(provider_id, work)
