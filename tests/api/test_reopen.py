from datetime import UTC, datetime
from typing import Any

import pytest

from app.auth.operating import issue_key
from app.core.database import Database
from tests.builders import Document, complete_activity, draft_activity
from tests.harness import FixedClock, ReportingProvider

REASON = {"reason": "The learners of the second day were left out."}


@pytest.fixture
async def closed(provider: ReportingProvider) -> Document:
    """A closed activity that ended in May 2026."""
    reply = await provider.client.post(
        provider.activities, params={"close": "true"}, json=complete_activity()
    )
    record: Document = reply.json()
    assert record["status"] == "closed"
    return record


@pytest.fixture
def url(provider: ReportingProvider, closed: Document) -> str:
    return f"{provider.activities}/{closed['activity_id']}"


async def test_a_reopened_activity_has_the_status_of_its_content_and_can_be_changed(
    provider: ReportingProvider, closed: Document, url: str
) -> None:
    reply = await provider.client.post(f"{url}/reopen", json=REASON)
    assert reply.status_code == 200
    reopened = reply.json()
    assert reopened["status"] == "ready_to_close"
    assert reopened["closed_at"] is None
    assert reopened["version"] == closed["version"] + 1
    assert reply.headers["etag"] == f'"{reopened["version"]}"'
    edit = await provider.client.patch(
        url, json={"learners": {"others": 20}}, headers={"If-Match": "*"}
    )
    assert edit.status_code == 200
    assert (await provider.client.post(f"{url}/close")).json()["status"] == "closed"


async def test_the_reason_stands_in_the_history(provider: ReportingProvider, url: str) -> None:
    reply = await provider.client.post(f"{url}/reopen", json=REASON)
    entry = (await provider.client.get(f"{url}/history")).json()["data"][-1]
    assert (entry["action"], entry["reason"]) == ("reopened", REASON["reason"])
    assert entry["request_id"] == reply.headers["x-request-id"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "field.required"),
        ({"reason": None}, "field.type"),
        ({"reason": " "}, "text.empty"),
        ({"reason": "x", "resaon": "y"}, "field.unknown"),
    ],
)
async def test_nothing_is_reopened_without_a_reason(
    provider: ReportingProvider, url: str, body: Any, code: str
) -> None:
    reply = await provider.client.post(f"{url}/reopen", json=body)
    assert (reply.status_code, reply.json()["code"]) == (422, code)
    assert (await provider.client.get(url)).json()["status"] == "closed"


async def test_what_is_not_closed_is_not_reopened(provider: ReportingProvider) -> None:
    record = (await provider.client.post(provider.activities, json=draft_activity())).json()
    reply = await provider.client.post(
        f"{provider.activities}/{record['activity_id']}/reopen", json=REASON
    )
    assert (reply.status_code, reply.json()["code"]) == (409, "activity.not_closed")
    absent = await provider.client.post(f"{provider.activities}/999999999/reopen", json=REASON)
    assert absent.status_code == 404


async def test_a_provider_reopens_until_the_deadline_of_the_end_year_and_not_later(
    provider: ReportingProvider, url: str, clock: FixedClock
) -> None:
    clock.set("2027-04-01")
    late = await provider.client.post(f"{url}/reopen", json=REASON)
    problem = late.json()
    assert (late.status_code, problem["code"]) == (409, "activity.reporting_closed")
    assert problem["deadline"] == "2027-03-31T23:59:00-05:00"
    assert "2027-03-31 23:59 CDT" in problem["detail"]
    assert "accreditor" in problem["detail"]
    assert (await provider.client.get(url)).json()["status"] == "closed"
    clock.set("2027-03-31")
    assert (await provider.client.post(f"{url}/reopen", json=REASON)).status_code == 200


async def test_the_list_of_deadlines_and_reopening_agree_on_the_last_minute(
    provider: ReportingProvider, url: str, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    deadlines = f"/v1/providers/{provider.provider_id}/deadlines?year=2026"
    clock.set("2027-03-31")
    answers = []
    for last in (datetime(2027, 4, 1, 4, 59, 59, tzinfo=UTC), datetime(2027, 4, 1, 5, tzinfo=UTC)):
        monkeypatch.setattr(clock, "now", lambda now=last: now)
        row = (await provider.client.get(deadlines)).json()["data"][0]
        trial = await provider.client.post(f"{url}/reopen?validate_only=true", json=REASON)
        answers.append((row["passed"], trial.status_code))
    assert answers == [(False, 200), (True, 409)]


async def test_the_accreditor_reopens_after_the_deadline(
    provider: ReportingProvider, database: Database, url: str, clock: FixedClock
) -> None:
    issued = await issue_key(database, kind="accreditor", accreditor_id="ACCME", name="accreditor")
    clock.set("2027-04-01")
    headers = {"Authorization": f"Bearer {issued.key}"}
    reply = await provider.client.post(f"{url}/reopen", json=REASON, headers=headers)
    assert reply.status_code == 200
    entry = (await provider.client.get(f"{url}/history")).json()["data"][-1]
    assert entry["actor"] == {"kind": "accreditor", "credential_id": issued.credential_id}


async def test_reopening_respects_if_match_and_a_trial_changes_nothing(
    provider: ReportingProvider, closed: Document, url: str
) -> None:
    stale = await provider.client.post(f"{url}/reopen", json=REASON, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    trial = await provider.client.post(f"{url}/reopen?validate_only=true", json=REASON)
    assert (trial.status_code, trial.json()["status"]) == (200, "ready_to_close")
    assert trial.headers["validate-only"] == "true"
    assert (await provider.client.get(url)).json()["status"] == "closed"
    tag = f'"{closed["version"]}"'
    fresh = await provider.client.post(f"{url}/reopen", json=REASON, headers={"If-Match": tag})
    assert fresh.status_code == 200


async def test_reopening_needs_the_scope_to_close(
    provider: ReportingProvider, database: Database, url: str
) -> None:
    issued = await issue_key(
        database,
        providers=[provider.provider_id],
        scopes=["activities:read", "activities:write"],
        name="writer",
    )
    reply = await provider.client.post(
        f"{url}/reopen", json=REASON, headers={"Authorization": f"Bearer {issued.key}"}
    )
    assert (reply.status_code, reply.json()["code"]) == (403, "scope.missing")


async def test_a_reopening_sent_again_under_its_key_answers_the_same(
    provider: ReportingProvider, url: str
) -> None:
    headers = {"Idempotency-Key": "reopen-1"}
    first = await provider.client.post(f"{url}/reopen", json=REASON, headers=headers)
    again = await provider.client.post(f"{url}/reopen", json=REASON, headers=headers)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.headers["idempotent-replayed"] == "true"
    assert again.content == first.content
