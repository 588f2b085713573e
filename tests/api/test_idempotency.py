from typing import Any

import asyncpg
import pytest
from starlette.responses import Response

from app.auth.operating import issue_key
from app.core.database import Database, Transaction
from app.core.idempotency import EACH_TIME
from tests.builders import complete_activity, draft_activity
from tests.harness import ReportingProvider

KEY = {"Idempotency-Key": "one-and-the-same"}


async def total(provider: ReportingProvider) -> int:
    reply = await provider.client.get(provider.activities, params={"count": "exact"})
    return int(reply.json()["page"]["total"])


async def test_a_repeated_call_gets_the_first_answer_and_has_no_second_effect(
    provider: ReportingProvider,
) -> None:
    first = await provider.client.post(provider.activities, json=draft_activity(), headers=KEY)
    again = await provider.client.post(provider.activities, json=draft_activity(), headers=KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert again.content == first.content
    for name in ("etag", "location", "content-type", "content-length"):
        assert again.headers[name] == first.headers[name]
    assert again.headers["x-request-id"] != first.headers["x-request-id"]
    assert await total(provider) == 1


async def test_the_first_answer_is_repeated_also_when_the_record_has_changed_since(
    provider: ReportingProvider,
) -> None:
    first = await provider.client.post(provider.activities, json=draft_activity(), headers=KEY)
    await provider.client.delete(first.headers["location"])
    again = await provider.client.post(provider.activities, json=draft_activity(), headers=KEY)
    assert again.content == first.content
    assert await total(provider) == 0


async def test_a_repeated_close_leaves_one_entry_in_the_history(
    provider: ReportingProvider,
) -> None:
    record = (await provider.client.post(provider.activities, json=complete_activity())).json()
    url = f"{provider.activities}/{record['activity_id']}"
    first = await provider.client.post(f"{url}/close", headers=KEY)
    again = await provider.client.post(f"{url}/close", headers=KEY)
    assert first.json()["meta"] == again.json()["meta"] == {"unchanged": False}
    actions = [
        row["action"] for row in (await provider.client.get(f"{url}/history")).json()["data"]
    ]
    assert actions == ["created", "closed"]


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ("", draft_activity(title="Another")),
        ("?require_status=ready_to_close", draft_activity()),
    ],
    ids=["another body", "another query"],
)
async def test_a_key_is_not_taken_for_another_call(
    provider: ReportingProvider, query: str, body: Any
) -> None:
    await provider.client.post(provider.activities, json=draft_activity(), headers=KEY)
    reply = await provider.client.post(f"{provider.activities}{query}", json=body, headers=KEY)
    assert (reply.status_code, reply.json()["code"]) == (422, "idempotency.key_reused")
    assert await total(provider) == 1


async def test_a_refused_call_keeps_no_answer_and_is_judged_anew(
    provider: ReportingProvider,
) -> None:
    url = f"{provider.activities}?require_status=active"
    refused = await provider.client.post(url, json=draft_activity(), headers=KEY)
    assert refused.status_code == 409
    accepted = await provider.client.post(url, json=complete_activity(), headers=KEY)
    assert accepted.status_code == 201
    assert "idempotent-replayed" not in accepted.headers


async def test_a_trial_keeps_no_answer(provider: ReportingProvider) -> None:
    url = f"{provider.activities}?validate_only=true"
    trial = await provider.client.post(url, json=draft_activity(), headers=KEY)
    assert trial.status_code == 201
    real = await provider.client.post(provider.activities, json=draft_activity(), headers=KEY)
    assert real.status_code == 201
    assert "idempotent-replayed" not in real.headers


async def test_each_credential_has_keys_of_its_own(
    provider: ReportingProvider, database: Database
) -> None:
    issued = await issue_key(database, providers=[provider.provider_id], name="second")
    await provider.client.post(provider.activities, json=draft_activity(), headers=KEY)
    reply = await provider.client.post(
        provider.activities,
        json=draft_activity(),
        headers={**KEY, "Authorization": f"Bearer {issued.key}"},
    )
    assert (reply.status_code, reply.json()["code"]) == (409, "activity.duplicate_key")


@pytest.mark.parametrize("key", ["", "two words", "ünïcode", "x" * 256])
async def test_a_key_that_cannot_be_read_is_refused(provider: ReportingProvider, key: str) -> None:
    reply = await provider.client.post(
        provider.activities,
        json=draft_activity(),
        headers={b"Idempotency-Key": key.encode("latin-1")},
    )
    assert (reply.status_code, reply.json()["code"]) == (400, "idempotency.key_malformed")
    assert await total(provider) == 0


async def test_two_keys_on_one_call_are_refused(provider: ReportingProvider) -> None:
    reply = await provider.client.post(
        provider.activities,
        json=draft_activity(),
        headers=[("Idempotency-Key", "a"), ("Idempotency-Key", "b")],
    )
    assert (reply.status_code, reply.json()["code"]) == (400, "idempotency.key_malformed")


async def test_an_answer_past_its_time_is_forgotten_and_makes_room(
    provider: ReportingProvider, database: Database
) -> None:
    first = await provider.client.post(provider.activities, json=draft_activity(), headers=KEY)
    other = {"Idempotency-Key": "another-one"}
    await provider.client.post(
        provider.activities, json=draft_activity(internal_id="OTHER"), headers=other
    )
    me = (await provider.client.get("/v1/me")).json()["credential_id"]

    async def let_time_pass(transaction: Transaction) -> None:
        await transaction.driver.execute(
            "UPDATE idempotency_keys SET expires_at = now() WHERE credential_id = $1", me
        )

    async def kept(transaction: Transaction) -> list[asyncpg.Record]:
        return await transaction.driver.fetch(
            "SELECT key, expires_at > now() + interval '71 hours' AS fresh"
            " FROM idempotency_keys WHERE credential_id = $1",
            me,
        )

    await database.run(None, let_time_pass)
    await provider.client.delete(first.headers["location"])
    anew = await provider.client.post(provider.activities, json=draft_activity(), headers=KEY)
    assert anew.status_code == 201
    assert anew.json()["activity_id"] != first.json()["activity_id"]
    rows = await database.run(None, kept)
    assert [(row["key"], row["fresh"]) for row in rows] == [("one-and-the-same", True)]


def test_a_call_without_a_key_is_left_as_it_is() -> None:
    async def work(_transaction: Transaction) -> Response:
        return Response()

    assert EACH_TIME(work) is work
