"""A batch of completions: known by the client's own ids, each with a result of its own."""

from typing import Any

import httpx
import pytest

from tests.builders import draft_activity
from tests.completions import board_credit, completion, enter_activity, report
from tests.harness import ReportingProvider

Document = dict[str, Any]


@pytest.fixture
async def url(provider: ReportingProvider) -> str:
    return await enter_activity(provider)


def upsert(number: int, **changes: object) -> Document:
    sent = completion(
        credit_id=f"c-{number}",
        board_credits=[board_credit(board_learner_id=f"{number:06}")],
    )
    return {"action": "upsert", "completion": {**sent, **changes}}


async def send(
    provider: ReportingProvider, url: str, *records: Any, atomic: bool = False, **asked: Any
) -> httpx.Response:
    body = {"atomic": atomic, "records": list(records)}
    return await provider.client.post(f"{url}/batch", json=body, **asked)


async def test_each_record_has_its_result_and_sending_again_changes_nothing(
    provider: ReportingProvider, url: str
) -> None:
    records = [upsert(number) for number in range(3)]
    reply = await send(provider, url, *records)
    assert reply.status_code == 200, reply.text
    results = reply.json()["results"]
    assert [(row["result"], row["key"], row["etag"]) for row in results] == [
        ("created", f"c-{number}", '"1"') for number in range(3)
    ]
    listed = (await provider.client.get(url)).json()["data"]
    assert [row["completion_id"] for row in listed] == [row["completion_id"] for row in results]
    reply = await send(
        provider,
        url,
        records[0],
        upsert(1, credits=4),
        {"action": "delete", "completion": {"credit_id": "c-2"}},
        {"action": "update", "completion": upsert(9)["completion"]},
    )
    assert reply.status_code == 207
    results = reply.json()["results"]
    assert [(row["result"], row["etag"]) for row in results] == [
        ("unchanged", '"1"'),
        ("updated", '"2"'),
        ("deleted", None),
        ("failed", None),
    ]
    assert results[3]["problem"]["code"] == "not_found"
    assert reply.json()["counts"] == {
        "created": 0,
        "updated": 1,
        "unchanged": 1,
        "deleted": 1,
        "closed": 0,
        "failed": 1,
        "not_run": 0,
    }


async def test_a_failing_record_is_in_nobodys_way(provider: ReportingProvider, url: str) -> None:
    elsewhere = await enter_activity(provider, internal_id="ELSEWHERE")
    await report(provider, elsewhere, credit_id="c-3")
    reply = await send(
        provider,
        url,
        upsert(0),
        upsert(1, completed_on="2025-01-01", npi="1"),
        upsert(2, credit_id=None),
        upsert(3),
        {"action": "close", "completion": {"credit_id": "c-4"}},
        {"action": "delete", "completion": {"credit_id": "c-0", "credits": 1}},
        upsert(6),
    )
    results = reply.json()["results"]
    assert [row["result"] for row in results] == ["created", *["failed"] * 5, "created"]
    assert [row["problem"] and row["problem"]["code"] for row in results[1:6]] == [
        "request.invalid",
        "field.required",
        "completion.duplicate",
        "field.enum",
        "batch.key_repeated",
    ]
    assert results[2]["problem"]["errors"][0]["pointer"] == "/credit_id"


async def test_a_deletion_only_names_the_completion(provider: ReportingProvider, url: str) -> None:
    created = await report(provider, url)
    named = {"completion_id": created["completion_id"]}
    changed = {"action": "delete", "completion": {**named, "credits": 1}}
    (result,) = (await send(provider, url, changed)).json()["results"]
    assert result["problem"]["code"] == "batch.only_named"
    as_it_stands = (await provider.client.get(f"{url}/{created['completion_id']}")).json()
    reply = await send(provider, url, {"action": "delete", "completion": as_it_stands})
    assert reply.status_code == 200, reply.text


async def test_the_second_completion_of_a_day_fails_also_within_a_batch(
    provider: ReportingProvider, url: str
) -> None:
    same_learner = [board_credit(board_learner_id="000000")]
    reply = await send(provider, url, upsert(0), upsert(1, board_credits=same_learner), upsert(2))
    results = reply.json()["results"]
    assert [row["result"] for row in results] == ["created", "failed", "created"]
    assert results[1]["problem"]["code"] == "completion.duplicate"
    assert results[1]["problem"]["related"][0]["completion_id"] == results[0]["completion_id"]
    moved = [
        {"action": "delete", "completion": {"credit_id": "c-0"}},
        upsert(1, board_credits=same_learner),
    ]
    assert (await send(provider, url, *moved)).status_code == 200


async def test_an_atomic_batch_with_a_failure_saves_nothing(
    provider: ReportingProvider, url: str
) -> None:
    reply = await send(provider, url, upsert(0), upsert(1, credits=100), atomic=True)
    assert (reply.status_code, reply.json()["code"]) == (422, "batch.not_saved")
    assert [row["result"] for row in reply.json()["results"]] == ["not_run", "failed"]
    assert reply.json()["results"][0]["completion_id"] is None
    assert (await provider.client.get(url)).json()["data"] == []


async def test_a_trial_saves_nothing(provider: ReportingProvider, url: str) -> None:
    reply = await send(provider, url, upsert(0), params={"validate_only": "true"})
    assert (reply.status_code, reply.json()["counts"]["created"]) == (200, 1)
    assert (await provider.client.get(url)).json()["data"] == []


async def test_a_draft_refuses_each_record_and_an_absent_activity_the_batch(
    provider: ReportingProvider, other_provider: ReportingProvider, url: str
) -> None:
    draft = (
        await provider.client.post(provider.activities, json=draft_activity(internal_id="D"))
    ).json()
    draft_url = f"{provider.activities}/{draft['activity_id']}/completions"
    reply = await send(provider, draft_url, upsert(0), upsert(1))
    assert {row["problem"]["code"] for row in reply.json()["results"]} == {
        "completion.activity_is_draft"
    }
    absent = f"{provider.activities}/999999999/completions"
    assert (await send(provider, absent, upsert(0))).status_code == 404
    assert (await send(other_provider, url, upsert(0))).status_code == 404


async def test_a_batch_of_501_is_refused_and_500_are_taken(
    provider: ReportingProvider, url: str
) -> None:
    records = [upsert(number) for number in range(501)]
    reply = await send(provider, url, *records)
    assert (reply.status_code, reply.json()["code"]) == (422, "batch.too_many")
    reply = await send(provider, url, *records[:500])
    assert (reply.status_code, reply.json()["counts"]["created"]) == (200, 500)
