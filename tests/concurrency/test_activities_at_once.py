import asyncio
from contextlib import suppress

import asyncpg

from app.core.database import Database, Transaction
from app.core.errors import ProblemError
from tests.builders import complete_activity
from tests.harness import ReportingProvider


async def test_64_pushes_of_one_new_key_make_one_record(
    provider: ReportingProvider, database: Database
) -> None:
    document = complete_activity()
    url = provider.by_key(document)
    replies = await asyncio.gather(
        *(
            provider.client.put(url, json={**document, "title": f"Title {number}"})
            for number in range(64)
        )
    )
    assert sorted(reply.status_code for reply in replies) == [200] * 63 + [201]
    assert sorted(reply.json()["version"] for reply in replies) == list(range(1, 65))
    assert len({reply.json()["activity_id"] for reply in replies}) == 1

    async def versions(transaction: Transaction) -> list[asyncpg.Record]:
        return await transaction.driver.fetch(
            "SELECT version FROM activity_history WHERE provider_id = $1 ORDER BY version",
            provider.provider_id,
        )

    rows = await database.run(provider.provider_id, versions)
    assert [row["version"] for row in rows] == list(range(1, 65))


async def test_a_close_against_an_edit_never_leaves_a_closed_record_that_lacks_something(
    provider: ReportingProvider,
) -> None:
    activities = provider.activities
    for round_number in range(20):
        document = {**complete_activity(), "internal_id": f"ROUND-{round_number}"}
        record = (await provider.client.post(activities, json=document)).json()
        url = f"{activities}/{record['activity_id']}"
        closed, edited = await asyncio.gather(
            provider.client.post(f"{url}/close"),
            provider.client.patch(url, json={"credits": None}, headers={"If-Match": "*"}),
        )
        after = (await provider.client.get(url)).json()
        assert {closed.status_code, edited.status_code} == {200, 409}
        assert (after["status"] == "closed") == (after["credits"] is not None)


async def test_a_completion_against_a_delete_never_lands_on_a_deleted_activity(
    provider: ReportingProvider, database: Database
) -> None:
    activities = provider.activities

    async def insert_completion(activity_id: str) -> bool:
        async def work(transaction: Transaction) -> None:
            await transaction.driver.execute(
                """INSERT INTO learner_completions
                (provider_id, completion_id, activity_id, given_name, family_name, completed_on)
                VALUES ($1, $2, $2, 'A', 'B', '2026-01-01')""",
                provider.provider_id,
                activity_id,
            )

        with suppress(ProblemError):
            await database.run(provider.provider_id, work)
            return True
        return False

    for round_number in range(20):
        document = {**complete_activity(), "internal_id": f"DELETED-{round_number}"}
        record = (await provider.client.post(activities, json=document)).json()
        url = f"{activities}/{record['activity_id']}"
        deleted, reported = await asyncio.gather(
            provider.client.delete(url), insert_completion(record["activity_id"])
        )
        there = (await provider.client.get(url)).status_code == 200
        assert there == reported
        assert deleted.status_code == (409 if reported else 204)
