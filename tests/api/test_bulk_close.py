"""Closing at year's end: what is complete is closed, of the rest is told what it lacks."""

from typing import Any

import httpx
import pytest

from app.activities import bulk_closing
from app.auth.operating import issue_key
from app.core.database import Database
from tests.builders import complete_activity, draft_activity
from tests.harness import ReportingProvider

Document = dict[str, Any]


async def enter(provider: ReportingProvider, **changes: object) -> str:
    reply = await provider.client.post(provider.activities, json=complete_activity(**changes))
    assert reply.status_code == 201, reply.text
    return str(reply.json()["activity_id"])


async def enter_draft(provider: ReportingProvider) -> str:
    reply = await provider.client.post(
        provider.activities, json=draft_activity(internal_id="DRAFT")
    )
    return str(reply.json()["activity_id"])


async def close_many(provider: ReportingProvider, **body: Any) -> httpx.Response:
    asked = body.pop("params", {})
    body.setdefault("filter", {})
    return await provider.client.post(f"{provider.activities}/close", json=body, params=asked)


async def status_of(provider: ReportingProvider, activity_id: str) -> Document:
    record = (await provider.client.get(f"{provider.activities}/{activity_id}")).json()
    return {name: record[name] for name in ("status", "version")}


async def test_what_is_ready_is_closed_and_of_the_rest_is_told_what_it_lacks(
    provider: ReportingProvider,
) -> None:
    ready = [await enter(provider, internal_id=f"READY-{number}") for number in range(3)]
    lacking = await enter(
        provider, internal_id="LACKING", learners={"physicians": None, "others": 0}
    )
    draft = await enter_draft(provider)
    reply = await close_many(provider, filter={})
    assert reply.status_code == 207, reply.text
    results = {row["activity_id"]: row for row in reply.json()["results"]}
    assert list(results) == [*ready, lacking]
    assert {results[one]["result"] for one in ready} == {"closed"}
    assert {results[one]["etag"] for one in ready} == {'"2"'}
    assert results[lacking]["result"] == "not_ready"
    assert [item["code"] for item in results[lacking]["missing"]] == ["learners.physicians"]
    assert reply.json()["counts"] == {
        "closed": 3,
        "closable": 0,
        "not_ready": 1,
        "already_closed": 0,
        "not_selected": 0,
    }
    for one in ready:
        assert await status_of(provider, one) == {"status": "closed", "version": 2}
    assert await status_of(provider, lacking) == {"status": "ready_to_close", "version": 1}
    assert await status_of(provider, draft) == {"status": "draft", "version": 1}
    alone = await provider.client.post(f"{provider.activities}/{lacking}/close")
    assert alone.json()["missing"] == results[lacking]["missing"]


async def test_a_closed_record_keeps_all_it_said(provider: ReportingProvider) -> None:
    activity_id = await enter(provider)
    url = f"{provider.activities}/{activity_id}"
    before = (await provider.client.get(url)).json()
    assert (await close_many(provider)).status_code == 200
    after = (await provider.client.get(url)).json()
    told = ("status", "next_status", "missing", "version", "updated_at", "closed_at")
    assert {name: after[name] for name in after if name not in told} == {
        name: before[name] for name in before if name not in told
    }
    (entry,) = (await provider.client.get(f"{url}/history")).json()["data"][1:]
    assert (entry["action"], entry["changes"]) == ("closed", [])


async def test_a_dry_run_tells_the_same_and_closes_nothing(provider: ReportingProvider) -> None:
    activity_id = await enter(provider)
    reply = await close_many(provider, dry_run=True)
    assert (reply.status_code, reply.json()["dry_run"]) == (200, True)
    assert reply.json()["results"][0]["result"] == "closable"
    assert await status_of(provider, activity_id) == {"status": "ready_to_close", "version": 1}


async def test_a_trial_answers_as_the_real_call(provider: ReportingProvider) -> None:
    activity_id = await enter(provider)
    reply = await close_many(provider, params={"validate_only": "true"})
    assert reply.headers["validate-only"] == "true"
    assert reply.json()["counts"]["closed"] == 1
    assert await status_of(provider, activity_id) == {"status": "ready_to_close", "version": 1}


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, {"LAST", "THIS", "SERIES"}),
        ({"year": 2025}, {"LAST"}),
        ({"format": "live_course"}, {"LAST", "THIS"}),
        ({"year": 2026, "format": "live_course"}, {"THIS"}),
        ({"year": 1999}, set()),
    ],
)
async def test_the_filter_selects_by_year_and_format(
    provider: ReportingProvider, wanted: Document, expected: set[str]
) -> None:
    last_year = {"start_date": "2025-05-01", "end_date": "2025-05-03"}
    support = {"received": False, "sources": []}
    await enter(provider, internal_id="LAST", commercial_support=support, **last_year)
    await enter(provider, internal_id="THIS")
    await enter(provider, internal_id="SERIES", format="regularly_scheduled_series")
    reply = await close_many(provider, filter=wanted, dry_run=True)
    assert {row["internal_id"] for row in reply.json()["results"]} == expected


async def test_activities_that_are_named_have_a_result_each(provider: ReportingProvider) -> None:
    ready, other = await enter(provider), await enter(provider, internal_id="OTHER")
    draft_id = await enter_draft(provider)
    named = [ready, draft_id, "999999999"]
    reply = await close_many(provider, filter={"activity_ids": named})
    results = {row["activity_id"]: row["result"] for row in reply.json()["results"]}
    assert results == {ready: "closed", draft_id: "not_selected", "999999999": "not_selected"}
    assert (await status_of(provider, other))["status"] == "ready_to_close"
    every = await close_many(provider, filter={"activity_ids": named[:2], "status": None})
    results = {row["activity_id"]: row["result"] for row in every.json()["results"]}
    assert results == {ready: "already_closed", draft_id: "not_ready"}


async def test_more_than_one_call_can_close_go_on_behind_the_cursor(
    provider: ReportingProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_closing, "MOST_AT_ONCE", 2)
    lacking = {"physicians": None, "others": None}
    ids = [
        await enter(provider, internal_id="N-0"),
        await enter(provider, internal_id="N-1", learners=lacking),
        await enter(provider, internal_id="N-2"),
        await enter(provider, internal_id="N-3", learners=lacking),
        await enter(provider, internal_id="N-4"),
    ]
    seen: list[str] = []
    cursor = None
    for _ in range(3):
        page = (await close_many(provider, cursor=cursor)).json()
        seen += [row["activity_id"] for row in page["results"]]
        cursor = page["page"]["next_cursor"]
    assert (seen, cursor) == (ids, None)
    again = (await close_many(provider)).json()
    assert [row["result"] for row in again["results"]] == ["not_ready"] * 2


async def test_a_cursor_of_another_filter_is_refused(
    provider: ReportingProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_closing, "MOST_AT_ONCE", 1)
    await enter(provider)
    await enter(provider, internal_id="OTHER")
    page = (await close_many(provider, dry_run=True)).json()["page"]
    reply = await close_many(
        provider, dry_run=True, filter={"year": 2026}, cursor=page["next_cursor"]
    )
    assert (reply.status_code, reply.json()["code"]) == (400, "cursor.invalid")


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"filter": None},
        {"filter": {"status": "done"}},
        {"filter": {"yaer": 2026}},
        {"filter": {"year": "2026"}},
        {"filter": {"activity_ids": ["1"] * 501}},
        {"filter": {}, "dry_run": "no"},
    ],
)
async def test_a_filter_that_cannot_be_read_closes_nothing(
    provider: ReportingProvider, body: Any
) -> None:
    activity_id = await enter(provider)
    reply = await provider.client.post(f"{provider.activities}/close", json=body)
    assert reply.status_code == 422
    assert (await status_of(provider, activity_id))["status"] == "ready_to_close"


async def test_closing_needs_its_scope_and_is_about_the_own_activities(
    provider: ReportingProvider, other_provider: ReportingProvider, database: Database
) -> None:
    activity_id = await enter(provider)
    issued = await issue_key(
        database,
        providers=[provider.provider_id],
        scopes=["activities:write"],
        name="writes",
    )
    headers = {"Authorization": f"Bearer {issued.key}"}
    reply = await provider.client.post(f"{provider.activities}/close", json={}, headers=headers)
    assert (reply.status_code, reply.json()["code"]) == (403, "scope.missing")
    foreign = await close_many(
        other_provider, filter={"activity_ids": [activity_id], "status": None}
    )
    assert foreign.json()["results"][0]["result"] == "not_selected"
    assert (await status_of(provider, activity_id))["status"] == "ready_to_close"
