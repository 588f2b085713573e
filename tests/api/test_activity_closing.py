"""Closing a record, saving it only in a certain status, and the day that moves it."""

from datetime import date

from tests.answers import codes
from tests.builders import complete_activity, draft_activity
from tests.harness import FixedClock, ReportingProvider


async def test_a_complete_ended_activity_closes_and_then_nothing_changes_it(
    provider: ReportingProvider,
) -> None:
    record = (await provider.client.post(provider.activities, json=complete_activity())).json()
    assert record["status"] == "ready_to_close"
    url = f"{provider.activities}/{record['activity_id']}"
    closed = await provider.client.post(f"{url}/close")
    assert (closed.status_code, closed.json()["status"]) == (200, "closed")
    assert closed.json()["closed_at"] is not None
    again = await provider.client.post(f"{url}/close")
    assert (again.status_code, again.headers["etag"]) == (200, closed.headers["etag"])
    edit = await provider.client.patch(url, json={"title": "Late"}, headers={"If-Match": "*"})
    assert (edit.status_code, edit.json()["code"]) == (409, "activity.closed")
    gone = await provider.client.delete(url)
    assert (gone.status_code, gone.json()["code"]) == (409, "activity.delete_closed")
    assert (await provider.client.get(url)).json()["title"] == record["title"]


async def test_a_refused_close_lists_everything_that_is_missing(
    provider: ReportingProvider,
) -> None:
    document = {**draft_activity(), "end_date": "2026-12-01"}
    record = (await provider.client.post(provider.activities, json=document)).json()
    reply = await provider.client.post(f"{provider.activities}/{record['activity_id']}/close")
    assert reply.status_code == 409
    problem = reply.json()
    assert problem["code"] == "activity.not_ready"
    assert "activity.ended" in codes(problem)
    assert "learners.physicians" in codes(problem)
    listed = await provider.client.get(
        f"{provider.activities}/{record['activity_id']}/missing?for=closed"
    )
    assert problem["missing"] == listed.json()["missing"]
    assert sorted(item["code"] for item in problem["missing"]) == sorted(codes(problem))


async def test_what_is_missing_is_told_by_status_and_its_errors_in_document_order(
    provider: ReportingProvider,
) -> None:
    # Active lacks the credits and the description, Closed the end of the period before them.
    lacking = complete_activity(end_date="2026-12-01", credits=None, description=None)
    for asked in ("close=true", "require_status=ready_to_close"):
        reply = await provider.client.post(f"{provider.activities}?{asked}", json=lacking)
        problem = reply.json()
        assert reply.status_code == 409
        pointers = [error["pointer"] for error in problem["errors"]]
        assert pointers == ["/end_date", "/credits", "/description"]
        assert [item["pointer"] for item in problem["missing"]] == [
            "/credits",
            "/description",
            "/end_date",
        ]


async def test_require_status_saves_all_or_nothing(provider: ReportingProvider) -> None:
    refused = await provider.client.post(
        f"{provider.activities}?require_status=active", json=draft_activity()
    )
    assert (refused.status_code, refused.json()["code"]) == (409, "activity.below_required_status")
    assert "activity.credits" in codes(refused.json())
    accepted = await provider.client.post(
        f"{provider.activities}?require_status=ready_to_close", json=complete_activity()
    )
    assert accepted.status_code == 201


async def test_close_with_a_save_does_both_or_neither(provider: ReportingProvider) -> None:
    document = complete_activity()
    lacking = {**document, "learners": {"physicians": 0, "others": None}}
    url = provider.by_key(document)
    refused = await provider.client.put(f"{url}?close=true", json=lacking)
    assert (refused.status_code, refused.json()["code"]) == (409, "activity.not_ready")
    assert (await provider.client.get(url)).status_code == 404
    closed = await provider.client.put(f"{url}?close=true", json=document)
    assert (closed.status_code, closed.json()["status"]) == (201, "closed")
    assert (await provider.client.put(f"{url}?close=true", json=document)).status_code == 200


async def test_the_day_moves_a_record_between_active_and_ready_to_close(
    provider: ReportingProvider, clock: FixedClock
) -> None:
    document = {**complete_activity(), "end_date": clock.today().isoformat()}
    document["start_date"] = document["end_date"]
    record = (await provider.client.post(provider.activities, json=document)).json()
    assert (record["status"], record["next_status"]) == ("active", "ready_to_close")
    assert [item["code"] for item in record["missing"]] == ["activity.ended"]
    url = f"{provider.activities}/{record['activity_id']}"
    today = clock.today()
    try:
        clock.set(date.fromordinal(today.toordinal() + 1).isoformat())
        assert (await provider.client.get(url)).json()["status"] == "ready_to_close"
    finally:
        clock.set(today.isoformat())
