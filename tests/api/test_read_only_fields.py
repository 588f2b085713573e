"""The server's fields: sent back as they were read, or refused with all else that is wrong."""

from typing import Any

import httpx
import pytest

from tests.answers import refusal
from tests.builders import complete_activity, draft_activity
from tests.completions import completion, enter_activity, report
from tests.harness import FixedClock, ReportingProvider
from tests.people import contacts_of, enter

WRONG = {"credits": 0.1, "version": 99}
BOTH = [("number.too_small", "/credits"), ("read_only", "/version")]


async def change(
    provider: ReportingProvider, method: str, url: str, body: dict[str, Any]
) -> httpx.Response:
    return await provider.client.request(method, url, json=body, headers={"If-Match": "*"})


async def test_what_is_the_servers_is_told_with_all_else_that_is_wrong_with_an_activity(
    provider: ReportingProvider,
) -> None:
    one = await provider.enter(draft_activity())
    under_key = provider.by_key(draft_activity())
    wrong = draft_activity(**WRONG)
    replies = [
        await change(provider, "PUT", one, wrong),
        await change(provider, "PATCH", one, WRONG),
        await change(provider, "PUT", under_key, wrong),
        await provider.client.post(provider.activities, json=wrong),
        await provider.client.put(f"{under_key}-NEW", json={**wrong, "internal_id": None}),
    ]
    assert [refusal(reply) for reply in replies] == [BOTH] * len(replies)
    for record in (
        {"action": "update", "activity": {**wrong, "activity_id": one.rpartition("/")[2]}},
        {"action": "upsert", "activity": wrong},
    ):
        batch = f"{provider.activities}/batch"
        (row,) = (await provider.client.post(batch, json={"records": [record]})).json()["results"]
        errors = row["problem"]["errors"]
        assert [(error["code"], error["pointer"]) for error in errors] == BOTH


async def test_what_is_sent_back_as_it_was_read_is_not_told_beside_what_is_wrong(
    provider: ReportingProvider,
) -> None:
    record = (await provider.client.post(provider.activities, json=draft_activity())).json()
    one = f"{provider.activities}/{record['activity_id']}"
    read = (await provider.client.get(one)).json()
    reply = await provider.client.put(one, json={**read, "credits": 0.1})
    assert refusal(reply) == [("number.too_small", "/credits")]


async def test_what_was_read_before_midnight_is_not_held_against_what_is_sent_back_after_it(
    provider: ReportingProvider, clock: FixedClock
) -> None:
    course = {
        "start_date": "2150-05-01",
        "end_date": "2150-05-01",
        "commercial_support": {"received": False},
        "moc": None,
    }
    clock.set("2150-05-01")
    active = await provider.enter(complete_activity(**course))
    draft = await provider.enter(complete_activity(**course, internal_id="DRAFT", credits=None))
    read = {one: (await provider.client.get(one)).json() for one in (active, draft)}
    assert [record["next_status"] for record in read.values()] == ["ready_to_close", "active"]
    clock.pass_days(1)
    for one, record in read.items():
        same = await provider.client.put(one, json=record)
        assert (same.status_code, same.json()["meta"]) == (200, {"unchanged": True})
        assert same.json()["next_status"] != record["next_status"]
        wrong = await provider.client.put(one, json={**record, "version": 7, "credits": 0.1})
        assert refusal(wrong) == [("number.too_small", "/credits"), ("read_only", "/version")]
        changed = await provider.client.put(one, json={**record, "title": "Airway Management"})
        assert (changed.status_code, changed.json()["version"]) == (200, 2)


async def test_what_was_null_when_the_record_was_new_is_pushed_again_without_harm(
    provider: ReportingProvider,
) -> None:
    unknown = dict.fromkeys(("activity_id", "status", "version", "created_at", "closed_at"))
    by_key = provider.by_key(draft_activity())
    batch = f"{provider.activities}/batch"
    told = []
    for _ in range(2):
        pushed = await provider.client.put(by_key, json=draft_activity(**unknown))
        record = {"action": "upsert", "activity": draft_activity(**unknown, internal_id="ROW")}
        (row,) = (await provider.client.post(batch, json={"records": [record]})).json()["results"]
        told.append((pushed.status_code, row["result"]))
    assert told == [(201, "created"), (200, "unchanged")]
    wrong = await provider.client.put(by_key, json=draft_activity(**unknown, credits=0.1))
    assert refusal(wrong) == [("number.too_small", "/credits")]


async def test_what_was_null_when_a_completion_was_new_is_sent_again_without_harm(
    provider: ReportingProvider,
) -> None:
    completions = await enter_activity(provider)
    row = completion(**dict.fromkeys(("completion_id", "version", "created_at")))
    batch = {"records": [{"action": "upsert", "completion": row}]}
    replies = [await provider.client.post(f"{completions}/batch", json=batch) for _ in "12"]
    results = [reply.json()["results"][0]["result"] for reply in replies]
    assert results == ["created", "unchanged"]


async def test_a_status_that_the_record_never_had_is_refused(provider: ReportingProvider) -> None:
    one = await provider.enter(complete_activity())
    for status in ("draft", "active", "closed"):
        reply = await provider.client.put(one, json=complete_activity(status=status))
        assert refusal(reply) == [("read_only", "/status")]


async def test_of_a_closed_activity_it_is_told_that_it_is_closed(
    provider: ReportingProvider,
) -> None:
    one = await provider.enter(complete_activity())
    await provider.client.post(f"{one}/close")
    reply = await provider.client.put(one, json=complete_activity(**WRONG))
    assert (reply.status_code, reply.json()["code"]) == (409, "activity.closed")


async def test_of_a_contact_and_of_a_completion_everything_is_told_at_once(
    provider: ReportingProvider,
) -> None:
    contacts = contacts_of(provider)
    contact = await enter(provider, "primary")
    reply = await change(
        provider,
        "PATCH",
        f"{contacts}/{contact['contact_id']}",
        {"email": "nobody", "version": 99},
    )
    assert refusal(reply) == [("email.invalid", "/email"), ("read_only", "/version")]

    completions = await enter_activity(provider)
    made = await report(provider, completions)
    wrong = completion(credits=99, version=99)
    for method, url in (
        ("PUT", f"{completions}/{made['completion_id']}"),
        ("PATCH", f"{completions}/{made['completion_id']}"),
        ("POST", completions),
    ):
        told = refusal(await change(provider, method, url, wrong))
        assert sorted(told) == [
            ("completion.credits_above_activity", "/credits"),
            ("read_only", "/version"),
        ]


async def test_of_a_part_of_an_activity_everything_is_told_at_once(
    provider: ReportingProvider,
) -> None:
    one = await provider.enter(complete_activity())
    parts: dict[str, tuple[dict[str, Any], list[tuple[str, str]]]] = {
        "commercial-support": (
            {"received": 1, "version": 99},
            [("field.type", "/received"), ("read_only", "/version")],
        ),
        "moc": (
            {"registered": 1, "version": 99},
            [("field.type", "/registered"), ("read_only", "/version")],
        ),
        "moc/boards/ABA": (
            {"credits": 0.1, "resolved": {}},
            [("number.too_small", "/credits"), ("read_only", "/resolved")],
        ),
        "learner-totals": (
            {"physicians": "1", "version": 99},
            [("field.type", "/physicians"), ("read_only", "/version")],
        ),
    }
    for part, (sent, told) in parts.items():
        assert refusal(await provider.client.put(f"{one}/{part}", json=sent)) == told
    assert (await provider.client.get(one)).json()["version"] == 1


@pytest.mark.parametrize("version", [True, "1", None, [1], 1.5])
async def test_a_version_of_another_type_is_not_the_version(
    provider: ReportingProvider, version: Any
) -> None:
    one = await provider.enter(draft_activity())
    reply = await provider.client.put(one, json=draft_activity(version=version))
    assert refusal(reply) == [("read_only", "/version")]
    same = await provider.client.put(one, json=draft_activity(version=1))
    assert same.json()["meta"] == {"unchanged": True}


async def test_what_stands_is_shown_as_the_client_reads_it(provider: ReportingProvider) -> None:
    one = await provider.enter(draft_activity())
    shown = {"status": '"draft"', "closed_at": "null", "version": "1", "missing": '[{"code":"'}
    for name, value in shown.items():
        reply = await change(provider, "PATCH", one, {name: "another"})
        (error,) = reply.json()["errors"]
        assert error["message"].startswith(f"{name} is set by the server; it is {value}")
        assert len(error["message"]) < 300
        assert error["value"] == "another"
