"""`validate_only=true` on every write: it answers as the real call would, and keeps nothing."""

from typing import Any

import pytest

from tests.builders import complete_activity, draft_activity
from tests.harness import ReportingProvider
from tests.people import contacts_of, enter, person

Body = dict[str, Any] | None

# What differs between a trial and the real call: ids that are issued, and the moment.
ISSUED = {"activity_id", "created_at", "updated_at", "closed_at"}

ACCEPTED: list[tuple[str, str, Body]] = [
    ("PUT", "", draft_activity()),
    ("PUT", "?close=true", complete_activity()),
    ("PATCH", "", {"title": "Another title"}),
    ("PATCH", "", {"internal_id": "ANOTHER"}),
    ("POST", "/close", None),
    ("PUT", "/commercial-support", {"received": False}),
    ("PUT", "/moc", {"registered": False}),
    ("PUT", "/moc/boards/ABP", {"credits": 1}),
    ("PUT", "/learner-totals", {"physicians": 1, "others": 0}),
    ("DELETE", "/moc/boards/ABA", None),
    ("DELETE", "", None),
    (
        "POST",
        "/copy",
        {"instances": [{"internal_id": "C", "start_date": "2027-01-01", "end_date": "2027-01-01"}]},
    ),
]
REFUSED: list[tuple[str, str, Body]] = [
    ("PUT", "", {"title": "Alone"}),
    ("PUT", "?require_status=active", draft_activity()),
    ("PUT", "?close=true", draft_activity()),
    ("PATCH", "", {"credits": 0.1}),
    ("PUT", "/commercial-support", {"received": False, "sources": [{"source": "Acme"}]}),
    ("PUT", "/moc/boards/ABMI", {}),
    ("POST", "/reopen", {"reason": "It was never closed."}),
]


@pytest.mark.parametrize(("method", "part", "body"), ACCEPTED + REFUSED)
async def test_a_trial_answers_as_the_real_call_and_changes_nothing(
    provider: ReportingProvider, method: str, part: str, body: Body
) -> None:
    made = await provider.client.post(provider.activities, json=complete_activity())
    url = f"{provider.activities}/{made.json()['activity_id']}"
    before = await _everything(provider, url)
    trial = f"{url}{part}{'&' if '?' in part else '?'}validate_only=true"
    headers = {"If-Match": "*"}

    tried = await provider.client.request(method, trial, json=body, headers=headers)
    assert await _everything(provider, url) == before

    real = await provider.client.request(method, f"{url}{part}", json=body, headers=headers)
    assert tried.status_code == real.status_code
    assert tried.headers.get("etag") == real.headers.get("etag")
    assert _comparable(tried.content and tried.json()) == _comparable(real.content and real.json())
    assert tried.headers["validate-only"] == "true"
    assert "validate-only" not in real.headers


@pytest.mark.parametrize("value", ["true", "1", "True"])
async def test_every_refusal_of_a_trial_says_that_it_was_one(
    provider: ReportingProvider, value: str
) -> None:
    elsewhere = "/v1/providers/0000000/activities"
    # What is wrong with the credential, the place, the parameters, the body, the precondition.
    calls: list[tuple[str, str, dict[str, Any], int]] = [
        (provider.activities, "", {"headers": {"Authorization": "Bearer nobody"}}, 401),
        (elsewhere, "", {}, 404),
        (provider.activities, "&colour=red", {}, 400),
        (provider.activities, "", {"content": "{"}, 415),
        (provider.activities, "", {"headers": {"If-Match": '"1"'}}, 412),
        (f"{provider.activities}/999999999/close", "", {}, 404),
        (f"{provider.activities}/batch", "", {"json": {"records": {}}}, 422),
        (contacts_of(provider), "", {"json": {"roles": []}}, 422),
    ]
    for url, more, sent, status in calls:
        reply = await provider.client.post(f"{url}?validate_only={value}{more}", **sent)
        assert (reply.status_code, reply.headers.get("validate-only")) == (status, "true"), url


async def test_what_is_no_trial_does_not_say_that_it_is_one(provider: ReportingProvider) -> None:
    for method, url in (
        ("POST", f"{provider.activities}?validate_only=false"),
        ("POST", f"{provider.activities}?validate_only=perhaps"),
        ("GET", f"{provider.activities}?validate_only=true"),
        ("POST", f"/v1/providers/{provider.provider_id}/keys?validate_only=true"),
    ):
        reply = await provider.client.request(method, url, json={} if method == "POST" else None)
        assert reply.is_client_error
        assert "validate-only" not in reply.headers


async def test_a_trial_of_a_creation_has_an_id_and_a_place_of_the_right_form(
    provider: ReportingProvider,
) -> None:
    for method, url in (
        ("POST", provider.activities),
        ("PUT", f"{provider.activities}/by-key/live_course/2026-05-01/PAIN-2026"),
    ):
        tried = await provider.client.request(
            method, f"{url}?validate_only=true", json=draft_activity()
        )
        assert tried.status_code == 201
        activity_id = tried.json()["activity_id"]
        assert len(activity_id) == 9
        assert activity_id.isdecimal()
        assert tried.headers["location"] == f"{provider.activities}/{activity_id}"
        assert (await provider.client.get(tried.headers["location"])).status_code == 404
    assert (await provider.client.get(provider.activities)).json()["data"] == []


async def test_a_trial_of_a_deletion_of_many_deletes_none(provider: ReportingProvider) -> None:
    made = (await provider.client.post(provider.activities, json=draft_activity())).json()
    query = f"ids={made['activity_id']},999999999"
    tried = await provider.client.delete(f"{provider.activities}?{query}&validate_only=true")
    real = await provider.client.delete(f"{provider.activities}?{query}")
    assert tried.status_code == real.status_code == 207
    assert tried.json()["counts"] == real.json()["counts"] == {"deleted": 1, "failed": 1}


async def test_trials_of_writes_on_contacts_change_nothing(provider: ReportingProvider) -> None:
    contacts = contacts_of(provider)
    await enter(provider, "primary")
    other = await enter(provider, "staff", given_name="Another")
    before = (await provider.client.get(contacts)).json()
    one = f"{contacts}/{other['contact_id']}"
    calls: list[tuple[str, str, Body]] = [
        ("POST", contacts, person("ceo")),
        ("PATCH", one, {"job_title": "Dean"}),
        ("DELETE", one, None),
        ("PUT", f"{contacts}/roles/primary", {"contact_id": other["contact_id"]}),
        ("PUT", f"{contacts}/roles/staff", {"contact_ids": []}),
        ("DELETE", f"{contacts}/roles/staff", None),
        ("POST", f"{contacts}/confirm", None),
    ]
    for method, url, body in calls:
        reply = await provider.client.request(
            method, f"{url}?validate_only=true", json=body, headers={"If-Match": "*"}
        )
        assert reply.is_success, reply.text
        assert reply.headers["validate-only"] == "true"
        assert (await provider.client.get(contacts)).json() == before


async def _everything(provider: ReportingProvider, url: str) -> list[Any]:
    history = (await provider.client.get(f"{url}/history")).json()
    record = (await provider.client.get(url)).json()
    listed = (await provider.client.get(f"{provider.activities}?count=exact")).json()
    return [record, history, listed["page"]["total"]]


def _comparable(document: Any) -> Any:
    """Leave out what is issued anew for each call."""
    if isinstance(document, dict):
        return {
            name: _comparable(value)
            for name, value in document.items()
            if name not in ISSUED | {"request_id", "instance"}
        }
    return [_comparable(one) for one in document] if isinstance(document, list) else document
