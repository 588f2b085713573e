"""A batch as one call: its size, its body, its key, trials, scopes, strangers, history."""

from typing import Any

import pytest

from app.auth.operating import issue_key
from app.core.database import Database
from tests.batches import create, key_of, read, send, upsert
from tests.builders import complete_activity, draft_activity
from tests.harness import ReportingProvider


async def test_a_batch_of_501_is_refused_and_500_are_taken(provider: ReportingProvider) -> None:
    records = [upsert(internal_id=f"MANY-{number}") for number in range(501)]
    reply = await send(provider, *records)
    assert (reply.status_code, reply.json()["code"]) == (422, "batch.too_many")
    reply = await send(provider, *records[:500])
    assert (reply.status_code, reply.json()["counts"]["created"]) == (200, 500)
    reply = await send(provider, *records[:500])
    assert (reply.status_code, reply.json()["counts"]["unchanged"]) == (200, 500)


async def test_an_empty_batch_has_no_results(provider: ReportingProvider) -> None:
    reply = await send(provider)
    assert (reply.status_code, reply.json()["results"]) == (200, [])


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"records": {}},
        {"records": [], "atomic": "yes"},
        {"records": [], "atomik": True},
    ],
)
async def test_what_is_wrong_with_the_batch_itself_refuses_it(
    provider: ReportingProvider, body: Any
) -> None:
    reply = await provider.client.post(f"{provider.activities}/batch", json=body)
    assert reply.status_code == 422


async def test_a_trial_answers_as_the_real_call_and_saves_nothing(
    provider: ReportingProvider,
) -> None:
    records = [upsert(internal_id="NEW"), upsert(internal_id="WRONG", end_date="2026-04-30")]
    reply = await send(provider, *records, params={"validate_only": "true"})
    assert (reply.status_code, reply.headers["validate-only"]) == (207, "true")
    assert [row["result"] for row in reply.json()["results"]] == ["created", "failed"]
    assert (await provider.client.get(provider.activities)).json()["data"] == []


async def test_a_batch_that_is_sent_again_under_its_key_takes_effect_once(
    provider: ReportingProvider,
) -> None:
    record = await create(provider)
    deletion = {"action": "delete", "activity": key_of(record)}
    headers = {"Idempotency-Key": "batch-1"}
    first = await send(provider, deletion, headers=headers)
    again = await send(provider, deletion, headers=headers)
    assert again.headers["idempotent-replayed"] == "true"
    assert (again.status_code, again.json()) == (first.status_code, first.json())


async def test_closing_in_a_batch_needs_the_scope_to_close(
    provider: ReportingProvider, database: Database
) -> None:
    issued = await issue_key(
        database,
        providers=[provider.provider_id],
        scopes=["activities:write"],
        name="writes",
    )
    headers = {"Authorization": f"Bearer {issued.key}"}
    written = await send(provider, upsert(), headers=headers)
    assert written.status_code == 200
    closing = {"action": "close", "activity": key_of(draft_activity())}
    refused = await send(provider, upsert(internal_id="B"), closing, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "scope.missing")
    assert len((await provider.client.get(provider.activities)).json()["data"]) == 1


async def test_another_providers_activities_are_not_found(
    provider: ReportingProvider, other_provider: ReportingProvider
) -> None:
    record = (await provider.client.post(provider.activities, json=complete_activity())).json()
    named = {"activity_id": record["activity_id"]}
    for action, content in (("update", complete_activity()), ("delete", {}), ("close", {})):
        reply = await send(other_provider, {"action": action, "activity": {**content, **named}})
        (result,) = reply.json()["results"]
        assert (result["problem"]["code"], result["activity_id"]) == ("not_found", None)
    assert (await read(provider, record["activity_id"]))["version"] == 1


async def test_every_change_of_a_batch_is_in_the_history_and_in_the_feed(
    provider: ReportingProvider,
) -> None:
    record = (await provider.client.post(provider.activities, json=complete_activity())).json()
    url = f"{provider.activities}/{record['activity_id']}"
    await send(provider, {"action": "upsert", "activity": complete_activity(title="Changed")})
    reply = await send(provider, {"action": "close", "activity": key_of(record)})
    entries = (await provider.client.get(f"{url}/history")).json()["data"]
    assert [(entry["version"], entry["action"]) for entry in entries] == [
        (1, "created"),
        (2, "updated"),
        (3, "closed"),
    ]
    assert entries[1]["changes"] == [
        {"pointer": "/title", "before": record["title"], "after": "Changed"}
    ]
    assert entries[2]["request_id"] == reply.headers["x-request-id"]
