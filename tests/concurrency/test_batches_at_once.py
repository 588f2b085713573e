"""Batches against each other and against single calls: each record once, whole, in order."""

import asyncio
from typing import Any

import httpx
import pytest

from app.core.database import Database, Transaction
from tests.builders import complete_activity, draft_activity
from tests.completions import board_credit, completion, enter_activity
from tests.harness import ReportingProvider

Document = dict[str, Any]


async def send(provider: ReportingProvider, records: list[Document]) -> httpx.Response:
    return await provider.client.post(f"{provider.activities}/batch", json={"records": records})


def pushes(title: str, count: int) -> list[Document]:
    return [
        {"action": "upsert", "activity": complete_activity(internal_id=f"N-{number}", title=title)}
        for number in range(count)
    ]


async def versions(database: Database, provider_id: str) -> list[tuple[str, list[int]]]:
    async def read(transaction: Transaction) -> list[Any]:
        return await transaction.driver.fetch(
            """SELECT activity_id, array_agg(version ORDER BY version) FROM activity_history
            WHERE provider_id = $1 GROUP BY activity_id ORDER BY activity_id""",
            provider_id,
        )

    return [tuple(row) for row in await database.run(provider_id, read)]


async def test_batches_that_push_the_same_new_keys_make_each_record_once(
    provider: ReportingProvider, database: Database
) -> None:
    replies = await asyncio.gather(
        send(provider, pushes("One", 30)),
        send(provider, pushes("Two", 30)[::-1]),
        send(provider, pushes("Three", 30)),
    )
    assert [reply.status_code for reply in replies] == [200] * 3
    results = [row["result"] for reply in replies for row in reply.json()["results"]]
    assert (results.count("created"), results.count("updated")) == (30, 60)
    assert [found for _, found in await versions(database, provider.provider_id)] == [
        [1, 2, 3]
    ] * 30


async def test_batches_and_single_calls_on_the_same_records_lose_no_change(
    provider: ReportingProvider, database: Database
) -> None:
    await send(provider, pushes("Zero", 10))
    rows = (await provider.client.get(provider.activities, params={"sort": "title"})).json()
    ids = [row["activity_id"] for row in rows["data"]]
    replies = await asyncio.gather(
        send(provider, pushes("One", 10)),
        send(provider, pushes("Two", 10)[::-1]),
        *(
            provider.client.patch(
                f"{provider.activities}/{one}",
                json={"credits": 1},
                headers={"If-Match": "*"},
            )
            for one in ids
        ),
    )
    assert {reply.status_code for reply in replies} == {200}
    told = [row["etag"] for reply in replies[:2] for row in reply.json()["results"]]
    told += [reply.headers["etag"] for reply in replies[2:]]
    assert sorted(told) == sorted(['"2"', '"3"', '"4"'] * 10)
    assert [found for _, found in await versions(database, provider.provider_id)] == [
        [1, 2, 3, 4]
    ] * 10


async def test_a_key_that_is_taken_while_a_batch_is_judged_fails_no_other_record(
    provider: ReportingProvider, database: Database
) -> None:
    taken, saved = asyncio.Event(), asyncio.Event()

    async def take_a_key(transaction: Transaction) -> None:
        await transaction.driver.execute(
            """INSERT INTO activities
            (provider_id, activity_id, internal_id, title, format, start_date, end_date)
            VALUES ($1, '999999998', 'TAKEN', 'First', 'live_course', '2026-05-01', '2026-05-03')
            """,
            provider.provider_id,
        )
        taken.set()
        await saved.wait()

    other = asyncio.create_task(database.run(provider.provider_id, take_a_key))
    await taken.wait()
    batch = asyncio.create_task(
        send(
            provider,
            [
                {"action": "upsert", "activity": draft_activity(internal_id="BEFORE")},
                {"action": "upsert", "activity": draft_activity(internal_id="TAKEN")},
                {
                    "action": "upsert",
                    "activity": draft_activity(internal_id="WRONG", end_date="2020-01-01"),
                },
                {"action": "upsert", "activity": draft_activity(internal_id="BEHIND")},
            ],
        )
    )
    await _somebody_waits(database)
    saved.set()
    await other
    results = (await batch).json()["results"]
    assert [row["result"] for row in results] == ["created", "updated", "failed", "created"]
    assert (results[1]["activity_id"], results[1]["etag"]) == ("999999998", '"2"')


async def test_a_batch_that_closes_never_closes_what_an_edit_took_from(
    provider: ReportingProvider,
) -> None:
    for number in range(10):
        key = f"ROUND-{number}"
        document = complete_activity(internal_id=key)
        record = (await provider.client.post(provider.activities, json=document)).json()
        url = f"{provider.activities}/{record['activity_id']}"
        closing = {"action": "close", "activity": {"activity_id": record["activity_id"]}}
        closed, edited = await asyncio.gather(
            send(provider, [closing]),
            provider.client.patch(url, json={"credits": None}, headers={"If-Match": "*"}),
        )
        after = (await provider.client.get(url)).json()
        assert (after["status"] == "closed") == (after["credits"] is not None)
        assert (closed.status_code, edited.status_code) in {(200, 409), (207, 200)}


@pytest.mark.parametrize("same", ["credit_id", "board_learner_id"])
async def test_completions_that_take_the_same_at_once_are_reported_once(
    provider: ReportingProvider, same: str
) -> None:
    url = await enter_activity(provider)

    def sent(number: int) -> Document:
        learner = "1" if same == "board_learner_id" else str(number)
        return completion(
            credit_id="same" if same == "credit_id" else f"c-{number}",
            board_credits=[board_credit(board_learner_id=learner)],
        )

    replies = await asyncio.gather(
        *(provider.client.post(url, json=sent(number)) for number in range(12))
    )
    assert sorted(reply.status_code for reply in replies) == [201] + [409] * 11
    assert {reply.json().get("code") for reply in replies} == {None, "completion.duplicate"}
    assert len((await provider.client.get(url)).json()["data"]) == 1


async def test_batches_of_the_same_completions_report_each_once(
    provider: ReportingProvider,
) -> None:
    url = await enter_activity(provider)
    records = [
        {"action": "upsert", "completion": completion(credit_id=f"c-{number}", board_credits=[])}
        for number in range(40)
    ]
    replies = await asyncio.gather(
        *(
            provider.client.post(f"{url}/batch", json={"records": order})
            for order in (records, records[::-1], records)
        )
    )
    results = [row["result"] for reply in replies for row in reply.json()["results"]]
    assert (results.count("created"), results.count("unchanged")) == (40, 80)
    assert len((await provider.client.get(url, params={"limit": 200})).json()["data"]) == 40


async def _somebody_waits(database: Database) -> None:
    """Return once a statement waits for another transaction."""

    async def waiting(transaction: Transaction) -> int:
        return int(
            await transaction.driver.fetchval(
                """SELECT count(*) FROM pg_locks l JOIN pg_stat_activity s USING (pid)
                WHERE NOT l.granted AND s.datname = current_database()"""
            )
        )

    while not await database.run(None, waiting):  # noqa: ASYNC110 - nobody tells us
        await asyncio.sleep(0.02)
