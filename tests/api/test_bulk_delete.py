import asyncio
from collections.abc import Iterable
from typing import Any

import httpx
import pytest

from app.core.database import Database, Transaction
from tests.builders import complete_activity, draft_activity
from tests.harness import ReportingProvider


@pytest.fixture
async def drafts(provider: ReportingProvider) -> list[str]:
    return [await create(provider, f"DRAFT-{number}") for number in range(3)]


async def create(provider: ReportingProvider, internal_id: str) -> str:
    document = draft_activity(internal_id=internal_id)
    reply = await provider.client.post(provider.activities, json=document)
    return str(reply.json()["activity_id"])


async def close_one(provider: ReportingProvider) -> str:
    reply = await provider.client.post(
        provider.activities, params={"close": "true"}, json=complete_activity()
    )
    return str(reply.json()["activity_id"])


async def delete(provider: ReportingProvider, ids: Iterable[str], **asked: Any) -> httpx.Response:
    return await provider.client.delete(provider.activities, params={"ids": ",".join(ids), **asked})


async def there(provider: ReportingProvider, ids: Iterable[str]) -> list[bool]:
    replies = [await provider.client.get(f"{provider.activities}/{one}") for one in ids]
    return [reply.status_code == 200 for reply in replies]


async def test_when_all_may_go_all_are_deleted_and_the_answer_is_200(
    provider: ReportingProvider, drafts: list[str]
) -> None:
    reply = await delete(provider, reversed(drafts))
    assert reply.status_code == 200
    assert reply.json() == {
        "results": [
            {"activity_id": one, "result": "deleted", "problem": None} for one in reversed(drafts)
        ],
        "counts": {"deleted": 3, "failed": 0},
    }
    assert await there(provider, drafts) == [False, False, False]


async def test_what_may_not_go_stays_with_its_problem_and_the_others_are_deleted(
    provider: ReportingProvider, database: Database, drafts: list[str]
) -> None:
    closed, completed = await close_one(provider), drafts[1]

    async def report_a_completion(transaction: Transaction) -> None:
        await transaction.driver.execute(
            """INSERT INTO learner_completions
            (provider_id, completion_id, activity_id, given_name, family_name, completed_on)
            VALUES ($1, $2, $2, 'A', 'B', '2026-01-01')""",
            provider.provider_id,
            completed,
        )

    await database.run(provider.provider_id, report_a_completion)
    ids = [drafts[0], closed, completed, "999999999", drafts[2]]
    reply = await delete(provider, ids)
    assert reply.status_code == 207
    results = reply.json()["results"]
    assert [row["activity_id"] for row in results] == ids
    assert [row["result"] for row in results] == [
        "deleted",
        "failed",
        "failed",
        "failed",
        "deleted",
    ]
    assert [row["problem"]["code"] for row in results if row["problem"]] == [
        "activity.delete_closed",
        "activity.has_learner_completions",
        "not_found",
    ]
    assert reply.json()["counts"] == {"deleted": 2, "failed": 3}
    problem = results[1]["problem"]
    alone = await provider.client.delete(f"{provider.activities}/{closed}")
    assert problem == {**alone.json(), "request_id": reply.headers["x-request-id"]}
    assert await there(provider, ids) == [False, True, True, False, False]


async def test_an_activity_named_twice_is_deleted_once(
    provider: ReportingProvider, drafts: list[str]
) -> None:
    reply = await delete(provider, [drafts[0], drafts[0]])
    assert (reply.status_code, reply.json()["counts"]) == (200, {"deleted": 1, "failed": 0})


@pytest.mark.parametrize(
    "query", ["", "?ids=", "?ids=1,,2", f"?ids={','.join(map(str, range(201)))}"]
)
async def test_the_call_names_1_to_200_activities(
    provider: ReportingProvider, drafts: list[str], query: str
) -> None:
    reply = await provider.client.delete(f"{provider.activities}{query}")
    assert (reply.status_code, reply.json()["code"]) == (400, "parameter.invalid")
    assert await there(provider, drafts) == [True, True, True]


async def test_a_trial_tells_what_would_happen_and_deletes_nothing(
    provider: ReportingProvider, drafts: list[str]
) -> None:
    closed = await close_one(provider)
    reply = await delete(provider, [*drafts, closed], validate_only="true")
    assert (reply.status_code, reply.headers["validate-only"]) == (207, "true")
    assert reply.json()["counts"] == {"deleted": 3, "failed": 1}
    assert await there(provider, drafts) == [True, True, True]


async def test_another_providers_activities_are_not_found_and_stay(
    provider: ReportingProvider, other_provider: ReportingProvider, drafts: list[str]
) -> None:
    reply = await delete(other_provider, drafts)
    assert reply.status_code == 207
    assert {row["problem"]["code"] for row in reply.json()["results"]} == {"not_found"}
    assert await there(provider, drafts) == [True, True, True]


async def test_two_calls_that_name_the_same_records_delete_each_of_them_once(
    provider: ReportingProvider,
) -> None:
    ids = [await create(provider, f"BOTH-{number}") for number in range(20)]
    one, other = await asyncio.gather(delete(provider, ids), delete(provider, ids[::-1]))
    results = one.json()["results"] + other.json()["results"]
    assert sorted(row["activity_id"] for row in results if row["result"] == "deleted") == ids
    problems = [row["problem"]["code"] for row in results if row["problem"]]
    assert problems == ["not_found"] * 20
