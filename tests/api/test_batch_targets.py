"""Which activity a record of a batch is about, and what may be done to it."""

from typing import Any

import pytest

from app.core.database import Database
from tests.batches import close_one, create, key_of, read, send, upsert
from tests.builders import complete_activity, draft_activity
from tests.harness import ReportingProvider


async def test_the_second_record_with_a_key_fails(provider: ReportingProvider) -> None:
    there = await create(provider, internal_id="THERE")
    reply = await send(
        provider,
        upsert(internal_id="NEW"),
        upsert(internal_id="NEW", title="Again"),
        {"action": "delete", "activity": {"activity_id": there["activity_id"]}},
        upsert(internal_id="THERE"),
    )
    results = reply.json()["results"]
    assert [row["result"] for row in results] == ["created", "failed", "deleted", "created"]
    assert results[1]["problem"]["code"] == "batch.key_repeated"


async def test_an_activity_named_by_its_id_and_by_its_key_is_named_twice(
    provider: ReportingProvider,
) -> None:
    there = await create(provider, internal_id="THERE")
    by_id = {**draft_activity(internal_id="THERE"), "activity_id": there["activity_id"]}
    reply = await send(
        provider,
        {"action": "update", "activity": {**by_id, "title": "First"}},
        upsert(internal_id="THERE", title="Second"),
    )
    results = reply.json()["results"]
    assert [row["result"] for row in results] == ["updated", "failed"]
    assert results[1]["problem"]["code"] == "batch.key_repeated"
    assert (await read(provider, there["activity_id"]))["title"] == "First"


@pytest.mark.parametrize("action", ["update", "delete", "close"])
async def test_only_an_upsert_creates(provider: ReportingProvider, action: str) -> None:
    activity = draft_activity()
    if action != "update":
        activity = key_of(activity)
    reply = await send(provider, {"action": action, "activity": activity})
    (result,) = reply.json()["results"]
    assert (reply.status_code, result["problem"]["code"]) == (207, "not_found")
    assert (result["activity_id"], result["key"]) == (None, key_of(draft_activity()))
    assert (await provider.client.get(provider.activities)).json()["data"] == []


async def test_an_upsert_by_id_changes_the_key_and_never_creates(
    provider: ReportingProvider,
) -> None:
    there = await create(provider, internal_id="OLD")
    other = await create(provider, internal_id="OTHER")
    activity = draft_activity(internal_id="NEW")
    reply = await send(
        provider,
        {"action": "upsert", "activity": {**activity, "activity_id": there["activity_id"]}},
        {"action": "upsert", "activity": {**activity, "activity_id": "999999999"}},
        upsert(internal_id="OLD"),
    )
    results = reply.json()["results"]
    assert [row["result"] for row in results] == ["updated", "failed", "created"]
    assert results[0]["activity_id"] == there["activity_id"]
    taken = {**draft_activity(internal_id="OTHER"), "activity_id": there["activity_id"]}
    (result,) = (await send(provider, {"action": "upsert", "activity": taken})).json()["results"]
    assert result["problem"]["code"] == "activity.duplicate_key"
    assert result["problem"]["related"][0]["activity_id"] == other["activity_id"]


async def test_a_key_that_a_record_gives_up_is_free_for_a_later_one(
    provider: ReportingProvider,
) -> None:
    one, two = await create(provider, internal_id="ONE"), await create(provider, internal_id="TWO")
    reply = await send(
        provider,
        {"action": "delete", "activity": {"activity_id": one["activity_id"]}},
        {
            "action": "update",
            "activity": {
                **draft_activity(internal_id="ONE"),
                "activity_id": two["activity_id"],
            },
        },
    )
    assert [row["problem"] and row["problem"]["code"] for row in reply.json()["results"]] == [
        None,
        None,
    ]
    assert (await read(provider, two["activity_id"]))["internal_id"] == "ONE"


@pytest.mark.parametrize("action", ["delete", "close"])
async def test_a_deed_may_send_the_record_as_it_stands_and_saves_no_content(
    provider: ReportingProvider, action: str
) -> None:
    record = (await provider.client.post(provider.activities, json=complete_activity())).json()
    record = await read(provider, record["activity_id"])
    changed = await send(provider, {"action": action, "activity": {**record, "title": "Changed"}})
    (result,) = changed.json()["results"]
    assert result["problem"]["code"] == "batch.only_named"
    (violation,) = result["problem"]["errors"]
    assert violation["pointer"] == "/title"
    assert "leave it out, or send it as read" in violation["message"]
    assert (await send(provider, {"action": action, "activity": record})).status_code == 200


async def test_closing_what_is_closed_changes_nothing(provider: ReportingProvider) -> None:
    record = await close_one(provider)
    reply = await send(provider, {"action": "close", "activity": key_of(record)})
    (result,) = reply.json()["results"]
    assert (result["result"], result["etag"]) == ("unchanged", f'"{record["version"]}"')


async def test_a_record_that_names_no_activity_is_told_how_to(provider: ReportingProvider) -> None:
    reply = await send(
        provider,
        {"action": "delete", "activity": {}},
        {"action": "close", "activity": {"activity_id": "12"}},
        {"action": "delete", "activity": {"format": "live_course", "start_date": "tomorrow"}},
    )
    problems = [row["problem"] for row in reply.json()["results"]]
    assert [problem["errors"][0]["pointer"] for problem in problems] == [
        "/activity_id",
        "/activity_id",
        "/start_date",
    ]


async def test_an_activity_with_completions_is_not_deleted(
    provider: ReportingProvider, database: Database
) -> None:
    record = await create(provider)

    async def report(transaction: Any) -> None:
        await transaction.driver.execute(
            """INSERT INTO learner_completions
            (provider_id, activity_id, given_name, family_name, completed_on)
            VALUES ($1, $2, 'A', 'B', '2026-05-01')""",
            provider.provider_id,
            record["activity_id"],
        )

    await database.run(provider.provider_id, report)
    reply = await send(provider, {"action": "delete", "activity": key_of(record)})
    (result,) = reply.json()["results"]
    assert result["problem"]["code"] == "activity.has_learner_completions"
