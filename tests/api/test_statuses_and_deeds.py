"""What each status lacks, and what a save may ask for: `missing?for`, `require_status`, `close`."""

from typing import Any

import pytest

from tests.builders import complete_activity, draft_activity
from tests.harness import FixedClock, ReportingProvider

DRAFT = draft_activity(cme_finder=False, credits=1, providership="direct")
STILL_TO_COME = {"activity.delivery_methods", "activity.description"}
TO_CLOSE = {"outcomes.measure", "support.answered", "learners.physicians", "learners.others"}
LATER = {"end_date": "2026-12-01"}

MISSING_FOR = [
    # An overdue draft never was active on its way: what is over is told where it is asked.
    (DRAFT, "draft", set[str]()),
    (DRAFT, "active", STILL_TO_COME | {"activity.not_ended"}),
    (DRAFT, "ready_to_close", STILL_TO_COME),
    (DRAFT, "closed", STILL_TO_COME | TO_CLOSE),
    (DRAFT | LATER, "draft", set[str]()),
    (DRAFT | LATER, "active", STILL_TO_COME),
    (DRAFT | LATER, "ready_to_close", STILL_TO_COME | {"activity.ended"}),
    (DRAFT | LATER, "closed", STILL_TO_COME | TO_CLOSE | {"activity.ended"}),
    (complete_activity(), "draft", set[str]()),
    (complete_activity(), "active", {"activity.not_ended"}),
    (complete_activity(), "ready_to_close", set[str]()),
    (complete_activity(), "closed", set[str]()),
    (complete_activity(**LATER), "active", set[str]()),
    (complete_activity(**LATER), "ready_to_close", {"activity.ended"}),
    (complete_activity(**LATER), "closed", {"activity.ended"}),
]


@pytest.mark.parametrize(("record", "up_to", "expected"), MISSING_FOR)
async def test_missing_lists_everything_up_to_the_status_that_is_asked_for(
    provider: ReportingProvider, record: dict[str, Any], up_to: str, expected: set[str]
) -> None:
    url = await _enter(provider, record)
    reply = await provider.client.get(f"{url}/missing?for={up_to}")
    assert reply.json()["for"] == up_to
    items = reply.json()["missing"]
    assert {item["code"] for item in items} == expected
    assert len(items) == len(expected)
    for item in items:
        assert set(item) == {"code", "pointer", "text", "because", "blocks", "source"}


async def test_without_a_status_missing_goes_up_to_closed_and_a_closed_record_lacks_nothing(
    provider: ReportingProvider,
) -> None:
    url = await _enter(provider, DRAFT)
    whole = await provider.client.get(f"{url}/missing?for=closed")
    assert (await provider.client.get(f"{url}/missing")).json() == whole.json()
    closed = await _enter(provider, complete_activity(internal_id="CLOSED"), "?close=true")
    for up_to in ("draft", "active", "ready_to_close", "closed"):
        reply = await provider.client.get(f"{closed}/missing?for={up_to}")
        assert (reply.json()["status"], reply.json()["missing"]) == ("closed", [])


@pytest.mark.parametrize(
    ("record", "required", "lacking"),
    [
        (DRAFT, "active", STILL_TO_COME),
        (DRAFT, "ready_to_close", STILL_TO_COME),
        (DRAFT | LATER, "active", STILL_TO_COME),
        (DRAFT | LATER, "ready_to_close", STILL_TO_COME | {"activity.ended"}),
        (complete_activity(), "active", None),
        (complete_activity(), "ready_to_close", None),
        (complete_activity(**LATER), "active", None),
        (complete_activity(**LATER), "ready_to_close", {"activity.ended"}),
    ],
)
async def test_a_save_that_requires_a_status_reaches_it_or_is_no_save(
    provider: ReportingProvider,
    record: dict[str, Any],
    required: str,
    lacking: set[str] | None,
) -> None:
    key = f"{record['format']}/{record['start_date']}/{record['internal_id']}"
    for method, url in (("POST", ""), ("PUT", f"/by-key/{key}")):
        reply = await provider.client.request(
            method, f"{provider.activities}{url}?require_status={required}", json=record
        )
        if lacking is None:
            assert reply.status_code == 201, reply.text
            await provider.client.delete(f"{provider.activities}/by-key/{key}")
        else:
            assert (reply.status_code, reply.json()["code"]) == (
                409,
                "activity.below_required_status",
            )
            assert {item["code"] for item in reply.json()["missing"]} == lacking
            assert {error["code"] for error in reply.json()["errors"]} == lacking
    assert (await provider.client.get(provider.activities)).json()["data"] == []


async def test_an_edit_below_the_required_status_leaves_the_record_as_it_was(
    provider: ReportingProvider,
) -> None:
    url = await _enter(provider, complete_activity())
    before = (await provider.client.get(url)).json()
    reply = await provider.client.patch(
        f"{url}?require_status=ready_to_close",
        json={"description": None},
        headers={"If-Match": "*"},
    )
    assert [item["code"] for item in reply.json()["missing"]] == ["activity.description"]
    assert (await provider.client.get(url)).json() == before
    allowed = await provider.client.patch(
        url, json={"description": None}, headers={"If-Match": "*"}
    )
    assert (allowed.status_code, allowed.json()["status"]) == (200, "draft")


async def test_a_save_that_closes_also_closes_what_it_leaves_unchanged(
    provider: ReportingProvider,
) -> None:
    url = await _enter(provider, complete_activity())
    closed = await provider.client.put(f"{url}?close=true", json=complete_activity())
    assert (closed.status_code, closed.json()["status"]) == (200, "closed")
    assert closed.json()["meta"] == {"unchanged": False}
    assert closed.headers["etag"] == '"2"'
    history = (await provider.client.get(f"{url}/history")).json()["data"]
    assert [entry["action"] for entry in history] == ["created", "closed"]


async def test_a_save_and_its_close_are_two_versions_of_one_call(
    provider: ReportingProvider,
) -> None:
    url = await _enter(provider, complete_activity())
    closed = await provider.client.patch(
        f"{url}?close=true", json={"title": "As it was held"}, headers={"If-Match": '"1"'}
    )
    assert (closed.json()["status"], closed.json()["title"]) == ("closed", "As it was held")
    history = (await provider.client.get(f"{url}/history")).json()["data"]
    assert [entry["action"] for entry in history] == ["created", "updated", "closed"]
    assert len({entry["request_id"] for entry in history}) == 2


@pytest.mark.parametrize("record", [DRAFT, DRAFT | LATER, complete_activity(**LATER)])
async def test_a_save_that_cannot_close_saves_nothing(
    provider: ReportingProvider, record: dict[str, Any]
) -> None:
    url = await _enter(provider, record)
    before = (await provider.client.get(url)).json()
    refused = await provider.client.put(f"{url}?close=true", json={**record, "title": "New"})
    assert (refused.status_code, refused.json()["code"]) == (409, "activity.not_ready")
    listed = (await provider.client.get(f"{url}/missing?for=closed")).json()["missing"]
    assert refused.json()["missing"] == listed
    assert (await provider.client.get(url)).json() == before


async def test_the_refusal_of_an_early_close_names_the_day(provider: ReportingProvider) -> None:
    url = await _enter(provider, complete_activity(**LATER))
    refused = await provider.client.post(f"{url}/close")
    (item,) = refused.json()["missing"]
    assert item["code"] == "activity.ended"
    assert "ends on 2026-12-01" in item["text"]
    assert "from 2026-12-02 on" in item["text"]


async def test_an_end_today_is_active_until_the_day_is_over(
    provider: ReportingProvider, clock: FixedClock
) -> None:
    record = complete_activity(end_date=clock.today().isoformat())
    url = await _enter(provider, record)
    assert (await provider.client.get(url)).json()["status"] == "active"
    assert (await provider.client.post(f"{url}/close")).status_code == 409
    clock.pass_days(1)
    assert (await provider.client.get(url)).json()["status"] == "ready_to_close"
    moved = await provider.client.patch(
        url, json={"end_date": clock.today().isoformat()}, headers={"If-Match": "*"}
    )
    assert moved.json()["status"] == "active"
    clock.pass_days(1)
    assert (await provider.client.post(f"{url}/close")).status_code == 200


async def _enter(provider: ReportingProvider, record: dict[str, Any], options: str = "") -> str:
    made = await provider.client.post(f"{provider.activities}{options}", json=record)
    assert made.status_code == 201, made.text
    return f"{provider.activities}/{made.json()['activity_id']}"
