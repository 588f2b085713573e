"""A batch of activities: each record with a result of its own, all in one transaction."""

import pytest

from tests.batches import close_one, create, key_of, read, send, upsert
from tests.builders import complete_activity, draft_activity
from tests.harness import ReportingProvider


async def test_records_that_all_succeed_are_answered_with_200_and_a_result_each(
    provider: ReportingProvider,
) -> None:
    draft = await create(provider, internal_id="DRAFT")
    same = await create(provider, internal_id="SAME")
    gone = await create(provider, internal_id="GONE")
    complete = (await provider.client.post(provider.activities, json=complete_activity())).json()
    reply = await send(
        provider,
        upsert(internal_id="NEW"),
        upsert(internal_id="SAME"),
        {"action": "update", "activity": draft_activity(internal_id="DRAFT", title="Changed")},
        {"action": "delete", "activity": key_of(gone)},
        {"action": "close", "activity": {"activity_id": complete["activity_id"]}},
    )
    assert reply.status_code == 200, reply.text
    results = reply.json()["results"]
    assert [row["index"] for row in results] == [0, 1, 2, 3, 4]
    assert [row["action"] for row in results] == ["upsert", "upsert", "update", "delete", "close"]
    assert [row["result"] for row in results] == [
        "created",
        "unchanged",
        "updated",
        "deleted",
        "closed",
    ]
    assert [row["status_before"] for row in results] == [
        None,
        "draft",
        "draft",
        "draft",
        "ready_to_close",
    ]
    assert [row["status_after"] for row in results] == ["draft", "draft", "draft", None, "closed"]
    assert [row["etag"] for row in results] == ['"1"', '"1"', '"2"', None, '"2"']
    assert [row["problem"] for row in results] == [None] * 5
    assert [row["activity_id"] for row in results[1:]] == [
        record["activity_id"] for record in (same, draft, gone, complete)
    ]
    assert results[2]["key"] == key_of(draft)
    assert reply.json()["counts"] == {
        "created": 1,
        "updated": 1,
        "unchanged": 1,
        "deleted": 1,
        "closed": 1,
        "failed": 0,
        "not_run": 0,
    }
    assert (await read(provider, draft["activity_id"]))["title"] == "Changed"
    assert (await read(provider, complete["activity_id"]))["status"] == "closed"
    assert (await read(provider, gone["activity_id"]))["code"] == "not_found"


async def test_what_a_batch_writes_is_read_back_as_what_a_single_call_writes(
    provider: ReportingProvider,
) -> None:
    one = (
        await provider.client.post(provider.activities, json=complete_activity(internal_id="ONE"))
    ).json()
    sent = {"action": "upsert", "activity": complete_activity(internal_id="TWO")}
    (result,) = (await send(provider, sent)).json()["results"]
    two = await read(provider, result["activity_id"])
    own = ("activity_id", "internal_id", "created_at", "updated_at", "warnings", "meta")
    assert {name: two[name] for name in two if name not in own} == {
        name: one[name] for name in one if name not in own
    }


async def test_a_changed_record_keeps_no_source_and_no_board_of_before(
    provider: ReportingProvider,
) -> None:
    activity = complete_activity()
    await send(provider, {"action": "upsert", "activity": activity})
    fewer = {
        **activity,
        "commercial_support": {"received": False, "sources": []},
        "moc": {"registered": False, "attestation": None, "boards": []},
    }
    (result,) = (await send(provider, {"action": "upsert", "activity": fewer})).json()["results"]
    record = await read(provider, result["activity_id"])
    assert result["etag"] == '"2"'
    assert record["commercial_support"] == {"received": False, "sources": []}
    assert record["moc"] == {"registered": False, "attestation": None, "boards": []}


async def test_what_fails_is_in_nobodys_way_and_carries_the_problem_of_a_single_call(
    provider: ReportingProvider,
) -> None:
    closed = await close_one(provider, internal_id="CLOSED")
    await close_one(provider, internal_id="ALSO-CLOSED")
    lacking = await create(provider, internal_id="LACKING")
    reply = await send(
        provider,
        upsert(internal_id="GOOD"),
        upsert(internal_id="WRONG", end_date="2026-04-30"),
        {"action": "close", "activity": {"activity_id": lacking["activity_id"]}},
        {"action": "delete", "activity": {"activity_id": closed["activity_id"]}},
        {
            "action": "upsert",
            "activity": complete_activity(internal_id="ALSO-CLOSED", title="Another"),
        },
    )
    assert reply.status_code == 207
    results = reply.json()["results"]
    assert [row["result"] for row in results] == ["created", *["failed"] * 4]
    assert [row["problem"] and row["problem"]["code"] for row in results] == [
        None,
        "activity.date_order",
        "activity.not_ready",
        "activity.delete_closed",
        "activity.closed",
    ]
    assert results[1]["problem"]["errors"][0]["pointer"] == "/end_date"
    assert results[2]["problem"]["missing"][0]["code"] == "activity.delivery_methods"
    assert results[2]["activity_id"] == lacking["activity_id"]
    assert [row["status_after"] for row in results[2:]] == ["draft", "closed", "closed"]
    assert reply.json()["counts"]["failed"] == 4
    assert await read(provider, closed["activity_id"]) == {
        name: value for name, value in closed.items() if name != "meta"
    }


async def test_a_record_that_cannot_be_read_is_its_own_problem_and_not_the_batchs(
    provider: ReportingProvider,
) -> None:
    reply = await send(
        provider,
        7,
        {"action": "upsurt", "activity": draft_activity()},
        {"action": "upsert"},
        {"action": "upsert", "activity": draft_activity(), "actoin": "x"},
        {"action": "upsert", "activity": {"titel": "Pain"}},
        upsert(internal_id="GOOD"),
    )
    assert reply.status_code == 207
    results = reply.json()["results"]
    assert [row["result"] for row in results] == [*["failed"] * 5, "created"]
    problems = [row["problem"] for row in results[:5]]
    assert [problem["code"] for problem in problems[:4]] == [
        "field.type",
        "field.enum",
        "field.required",
        "field.unknown",
    ]
    assert problems[1]["errors"][0]["did_you_mean"] == ["upsert"]
    codes = {entry["code"] for entry in problems[4]["errors"]}
    assert {"field.unknown", "activity.title", "activity.format"} <= codes


async def test_an_atomic_batch_with_a_failure_is_422_and_nothing_is_saved(
    provider: ReportingProvider,
) -> None:
    there = await create(provider, internal_id="THERE")
    reply = await send(
        provider,
        upsert(internal_id="NEW"),
        upsert(internal_id="THERE", title="Changed"),
        upsert(internal_id="WRONG", end_date="2026-04-30"),
        atomic=True,
    )
    assert (reply.status_code, reply.json()["code"]) == (422, "batch.not_saved")
    assert reply.headers["content-type"] == "application/problem+json"
    assert [row["result"] for row in reply.json()["results"]] == ["not_run", "not_run", "failed"]
    assert [row["etag"] for row in reply.json()["results"]] == [None] * 3
    assert reply.json()["counts"]["not_run"] == 2
    assert (await provider.client.get(provider.activities)).json()["data"][0]["version"] == 1
    assert len((await provider.client.get(provider.activities)).json()["data"]) == 1
    assert (await read(provider, there["activity_id"]))["title"] == there["title"]


async def test_an_atomic_batch_without_a_failure_is_saved_whole(
    provider: ReportingProvider,
) -> None:
    reply = await send(provider, upsert(internal_id="A"), upsert(internal_id="B"), atomic=True)
    assert (reply.status_code, reply.json()["counts"]["created"]) == (200, 2)


@pytest.mark.parametrize("records", [1, 2])
async def test_text_that_other_formats_would_have_to_escape_is_kept_as_it_was_sent(
    provider: ReportingProvider, records: int
) -> None:
    written = {
        "description": 'One\nTwo\tThree "quoted" \\N \\. {braces} , ; \' 100 % \u2028 日本',
        "joint_providers": ['Clinic "A", B', "{C}", "\\D", "NULL"],
        "outcome_measures": [],
        "commercial_support": {"received": False, "sources": []},
    }
    sent = [complete_activity(internal_id=f"TEXT-{place}", **written) for place in range(records)]
    for result in ("created", "unchanged"):
        reply = await send(provider, *({"action": "upsert", "activity": one} for one in sent))
        assert [row["result"] for row in reply.json()["results"]] == [result] * records
