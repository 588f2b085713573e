import asyncio

from starlette.responses import Response

from app.core.database import Database, Transaction
from app.core.idempotency import KeyedCall, Once
from tests.builders import Document, draft_activity
from tests.harness import ReportingProvider

KEY = {"Idempotency-Key": "sent-by-everybody"}


async def test_32_posts_under_one_key_have_one_effect(provider: ReportingProvider) -> None:
    replies = await asyncio.gather(
        *(
            provider.client.post(provider.activities, json=draft_activity(), headers=KEY)
            for _ in range(32)
        )
    )
    made = [reply for reply in replies if reply.status_code == 201]
    refused = [reply for reply in replies if reply.status_code != 201]
    assert len(made) + len(refused) == 32
    assert len({reply.content for reply in made}) == 1
    assert [reply.headers.get("idempotent-replayed") for reply in made].count(None) == 1
    assert {reply.json()["code"] for reply in refused} <= {"idempotency.in_progress"}
    listed = await provider.client.get(provider.activities, params={"count": "exact"})
    assert listed.json()["page"]["total"] == 1


async def test_while_the_first_call_runs_the_second_is_told_to_wait(
    provider: ReportingProvider, database: Database
) -> None:
    me = (await provider.client.get("/v1/me")).json()["credential_id"]
    running, may_end = asyncio.Event(), asyncio.Event()

    async def slow(_transaction: Transaction) -> Response:
        running.set()
        await may_end.wait()
        raise ConnectionResetError

    first = asyncio.create_task(
        database.run(None, Once(KeyedCall(me, KEY["Idempotency-Key"], b""))(slow))
    )
    await running.wait()
    reply = await provider.client.post(provider.activities, json=draft_activity(), headers=KEY)
    assert (reply.status_code, reply.json()["code"]) == (409, "idempotency.in_progress")
    assert reply.headers["retry-after"] == "1"
    assert reply.json()["retryable"] is True
    may_end.set()
    await asyncio.gather(first, return_exceptions=True)
    # The first call failed on its way, and blocks the key no longer.
    reply = await provider.client.post(provider.activities, json=draft_activity(), headers=KEY)
    assert reply.status_code == 201


async def test_calls_under_other_keys_remove_what_is_past_its_time_without_standing_in_the_way(
    provider: ReportingProvider, database: Database
) -> None:
    documents = [draft_activity(internal_id=f"KEYED-{number}") for number in range(24)]

    async def send(document: Document) -> int:
        reply = await provider.client.post(
            provider.activities,
            json=document,
            headers={"Idempotency-Key": document["internal_id"]},
        )
        return reply.status_code

    async def let_time_pass(transaction: Transaction) -> None:
        await transaction.driver.execute("UPDATE idempotency_keys SET expires_at = now()")

    assert set(await asyncio.gather(*map(send, documents))) == {201}
    await database.run(None, let_time_pass)
    # The answers are forgotten, so each call is judged anew: the record is there already.
    assert set(await asyncio.gather(*map(send, documents))) == {409}
