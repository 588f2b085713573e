"""Warnings about a record that other records and completions give rise to."""

from app.core.database import Database, Transaction
from tests.answers import told
from tests.builders import complete_activity
from tests.harness import ReportingProvider


async def test_a_near_equal_title_on_the_same_day_is_a_likely_duplicate(
    provider: ReportingProvider,
) -> None:
    first = await provider.enter(complete_activity(moc=None))
    reply = await provider.client.post(
        provider.activities,
        json=complete_activity(internal_id="PAIN-TWO", title="Pain medicine update, 2026"),
    )
    assert [code for code, _, _ in told(reply.json())] == ["activity.likely_duplicate"]
    assert first.rpartition("/")[2] in told(reply.json())[0][2]
    saved = await provider.client.put(
        f"{first}/learner-totals", json={"physicians": 121, "others": 14}
    )
    assert [code for code, _, _ in told(saved.json())] == ["activity.likely_duplicate"]
    closed = await provider.client.post(f"{first}/close")
    assert [code for code, _, _ in told(closed.json())] == ["activity.likely_duplicate"]
    for changes in (
        {"title": "Cardiology Board Review"},
        {"start_date": "2026-05-02"},
        {"format": "committee_learning"},
    ):
        other = await provider.client.post(
            provider.activities, json=complete_activity(internal_id="OTHER", **changes)
        )
        assert told(other.json()) == []
        url = f"{provider.activities}/{other.json()['activity_id']}"
        assert (await provider.client.delete(url)).status_code == 204


async def test_a_warning_that_others_caused_is_not_held_against_what_is_sent_back(
    provider: ReportingProvider,
) -> None:
    first = await provider.enter(complete_activity(moc=None))
    await provider.enter(complete_activity(moc=None, internal_id="PAIN-TWO"))
    saved = await provider.client.patch(first, json={"credits": 3}, headers={"If-Match": "*"})
    assert [code for code, _, _ in told(saved.json())] == ["activity.likely_duplicate"]
    again = await provider.client.put(first, json=saved.json())
    assert (again.status_code, again.json()["meta"]) == (200, {"unchanged": True})
    invented = await provider.client.put(
        first, json={**saved.json(), "warnings": [{"code": "learners.none"}]}
    )
    assert (invented.status_code, invented.json()["code"]) == (422, "read_only")


async def test_more_completions_than_counted_physicians_are_warned_about(
    provider: ReportingProvider, database: Database
) -> None:
    course = await provider.enter(complete_activity(moc=None))
    await complete(database, provider, course, 3)
    enough = await provider.client.put(
        f"{course}/learner-totals", json={"physicians": 3, "others": 9}
    )
    assert told(enough.json()) == []
    fewer = await provider.client.put(
        f"{course}/learner-totals", json={"physicians": 2, "others": 9}
    )
    assert [code for code, _, _ in told(fewer.json())] == ["learners.more_completions"]
    closed = await provider.client.post(f"{course}/close")
    assert [code for code, _, _ in told(closed.json())] == ["learners.more_completions"]


async def complete(
    database: Database, provider: ReportingProvider, activity: str, count: int
) -> None:
    async def work(transaction: Transaction) -> None:
        await transaction.driver.execute(
            """
            INSERT INTO learner_completions (provider_id, completion_id, activity_id, given_name,
                family_name, completed_on)
            SELECT $1, gen_random_uuid()::text, $2, 'Ada', 'Doe', '2026-05-02'
            FROM generate_series(1, $3)
            """,
            provider.provider_id,
            activity.rpartition("/")[2],
            count,
        )

    await database.run(provider.provider_id, work)
