"""A close against everything that may happen to the same activity in the same moment."""

import asyncio
from typing import Any

from app.core.database import Database, Transaction
from app.core.errors import ProblemError
from tests.builders import complete_activity
from tests.harness import ReportingProvider

ROUNDS = 15


async def test_a_close_against_a_learner_completion_loses_neither(
    provider: ReportingProvider, database: Database
) -> None:
    for number in range(ROUNDS):
        url, activity_id = await _enter(provider, f"COMPLETED-{number}")
        closed, reported = await asyncio.gather(
            provider.client.post(f"{url}/close"),
            _report_completion(database, provider.provider_id, activity_id),
        )
        assert (closed.status_code, reported) == (200, True)
        after = (await provider.client.get(url)).json()
        assert (after["status"], after["missing"], after["version"]) == ("closed", [], 2)
        assert await _completions(database, provider.provider_id, activity_id) == 1
        assert (await provider.client.delete(url)).json()["code"] == "activity.delete_closed"


async def test_a_close_against_a_deletion_and_a_completion_ends_in_one_of_two_ways(
    provider: ReportingProvider, database: Database
) -> None:
    for number in range(ROUNDS):
        url, activity_id = await _enter(provider, f"CONTESTED-{number}")
        deleted, closed, reported = await asyncio.gather(
            provider.client.delete(url),
            provider.client.post(f"{url}/close"),
            _report_completion(database, provider.provider_id, activity_id),
        )
        completions = await _completions(database, provider.provider_id, activity_id)
        if deleted.status_code == 204:
            assert (closed.status_code, reported, completions) == (404, False, 0)
            assert (await provider.client.get(url)).status_code == 404
        else:
            assert (deleted.status_code, closed.status_code) == (409, 200)
            assert (reported, completions) == (True, 1)
            assert (await provider.client.get(url)).json()["status"] == "closed"


async def test_a_close_against_changes_of_its_parts_never_closes_what_lacks_something(
    provider: ReportingProvider,
) -> None:
    parts: list[tuple[str, dict[str, Any]]] = [
        ("learner-totals", {"physicians": None, "others": None}),
        ("commercial-support", {"received": None}),
        ("moc", {"registered": True}),
        ("moc/boards/ABA", {}),
    ]
    for number in range(ROUNDS):
        part, body = parts[number % len(parts)]
        url, _ = await _enter(provider, f"PART-{number}")
        closed, changed = await asyncio.gather(
            provider.client.post(f"{url}/close"), provider.client.put(f"{url}/{part}", json=body)
        )
        assert {closed.status_code, changed.status_code} == {200, 409}
        after = (await provider.client.get(url)).json()
        assert (after["status"] == "closed") == (after["missing"] == [])
        assert after["version"] == 2


async def test_many_closes_of_one_activity_are_one_close(provider: ReportingProvider) -> None:
    url, _ = await _enter(provider, "CLOSED-ONCE")
    replies = await asyncio.gather(*(provider.client.post(f"{url}/close") for _ in range(16)))
    assert {reply.status_code for reply in replies} == {200}
    assert sorted(reply.json()["meta"]["unchanged"] for reply in replies) == [False] + [True] * 15
    history = (await provider.client.get(f"{url}/history")).json()["data"]
    assert [entry["action"] for entry in history] == ["created", "closed"]


async def _enter(provider: ReportingProvider, internal_id: str) -> tuple[str, str]:
    made = await provider.client.post(
        provider.activities, json=complete_activity(internal_id=internal_id)
    )
    activity_id: str = made.json()["activity_id"]
    return f"{provider.activities}/{activity_id}", activity_id


async def _report_completion(database: Database, provider_id: str, activity_id: str) -> bool:
    """Enter a completion straight into the table; return False when there is no activity."""

    async def work(transaction: Transaction) -> None:
        await transaction.driver.execute(
            """INSERT INTO learner_completions
            (provider_id, completion_id, activity_id, given_name, family_name, completed_on)
            VALUES ($1, $2, $2, 'A', 'B', '2026-05-02')""",
            provider_id,
            activity_id,
        )

    try:
        await database.run(provider_id, work)
    except ProblemError:
        return False
    return True


async def _completions(database: Database, provider_id: str, activity_id: str) -> int:
    async def work(transaction: Transaction) -> int:
        return int(
            await transaction.driver.fetchval(
                "SELECT count(*) FROM learner_completions"
                " WHERE provider_id = $1 AND activity_id = $2",
                provider_id,
                activity_id,
            )
        )

    return await database.run(provider_id, work)
