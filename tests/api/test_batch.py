"""A batch of activities: each record with a result of its own, all in one transaction."""

from typing import Any

import httpx
import pytest

from app.auth.keys import issue_key
from app.core.database import Database
from tests.builders import complete_activity, draft_activity
from tests.harness import ReportingProvider

Document = dict[str, Any]


def upsert(**changes: object) -> Document:
    return {"action": "upsert", "activity": draft_activity(**changes)}


async def send(
    provider: ReportingProvider, *records: Any, atomic: bool = False, **asked: Any
) -> httpx.Response:
    body = {"atomic": atomic, "records": list(records)}
    return await provider.client.post(f"{provider.activities}/batch", json=body, **asked)


async def create(provider: ReportingProvider, **changes: object) -> Document:
    reply = await provider.client.post(provider.activities, json=draft_activity(**changes))
    assert reply.status_code == 201, reply.text
    return dict(reply.json())


async def close_one(provider: ReportingProvider, **changes: object) -> Document:
    reply = await provider.client.post(
        provider.activities, params={"close": "true"}, json=complete_activity(**changes)
    )
    assert reply.status_code == 201, reply.text
    return dict(reply.json())


async def read(provider: ReportingProvider, activity_id: str) -> Document:
    return dict((await provider.client.get(f"{provider.activities}/{activity_id}")).json())


def key_of(record: Document) -> Document:
    return {name: record[name] for name in ("format", "start_date", "internal_id")}


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
    assert result["problem"]["errors"][0]["pointer"] == "/title"
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
        mode="test",
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
