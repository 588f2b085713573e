"""Which refusal comes first: not found, then the version, then the state, then the content."""

from typing import Any

import pytest

from tests.builders import complete_activity, draft_activity
from tests.harness import ReportingProvider

ABSENT = "999999999"
MALFORMED: dict[str, Any] = {"no such field": 1}
WRITES = [
    ("PUT", ""),
    ("PATCH", ""),
    ("PUT", "/commercial-support"),
    ("PUT", "/moc"),
    ("PUT", "/moc/boards/ABIM"),
    ("PUT", "/learner-totals"),
    ("POST", "/reopen"),
    ("POST", "/copy"),
]
WITHOUT_BODY = [("DELETE", ""), ("DELETE", "/moc/boards/ABA"), ("POST", "/close")]
EDITS = WRITES[:6]


@pytest.mark.parametrize(("method", "part"), WRITES)
async def test_what_is_absent_is_not_found_whatever_was_sent(
    provider: ReportingProvider, method: str, part: str
) -> None:
    url = f"{provider.activities}/{ABSENT}{part}"
    reply = await provider.client.request(method, url, json=MALFORMED)
    assert (reply.status_code, reply.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(("method", "part"), WITHOUT_BODY)
async def test_no_deed_is_done_to_what_is_absent(
    provider: ReportingProvider, method: str, part: str
) -> None:
    reply = await provider.client.request(method, f"{provider.activities}/{ABSENT}{part}")
    assert (reply.status_code, reply.json()["code"]) == (404, "not_found")


async def test_an_absent_contact_is_not_found_before_a_version_is_asked_for(
    provider: ReportingProvider,
) -> None:
    url = f"/v1/providers/{provider.provider_id}/contacts/{ABSENT}"
    assert (await provider.client.patch(url, json=MALFORMED)).status_code == 404
    assert (await provider.client.delete(url)).status_code == 404


@pytest.mark.parametrize(("method", "part"), WRITES + WITHOUT_BODY)
async def test_every_write_honours_the_version_it_was_based_on(
    provider: ReportingProvider, method: str, part: str
) -> None:
    before = (await provider.client.post(provider.activities, json=complete_activity())).json()
    url = f"{provider.activities}/{before['activity_id']}"
    body = None if (method, part) in WITHOUT_BODY else MALFORMED
    for header in ({"If-Match": '"7"'}, {"If-Match": 'W/"1"'}, {"If-None-Match": "*"}):
        reply = await provider.client.request(
            method, f"{url}{part}", json=body, headers=_also(header)
        )
        assert (reply.status_code, reply.json()["code"]) == (412, "precondition.failed")
        assert reply.json()["saved"] is False
    after = (await provider.client.get(url)).json()
    assert after == {name: before[name] for name in after}


@pytest.mark.parametrize(("method", "part"), EDITS)
async def test_a_closed_record_says_that_it_is_closed_whatever_was_sent(
    provider: ReportingProvider, method: str, part: str
) -> None:
    url, closed = await _closed(provider)
    reply = await provider.client.request(
        method, f"{url}{part}", json=MALFORMED, headers={"If-Match": "*"}
    )
    assert (reply.status_code, reply.json()["code"]) == (409, "activity.closed")
    assert reply.json()["related"][0]["activity_id"] == closed["activity_id"]
    assert (await provider.client.get(url)).json()["version"] == closed["version"]


CHANGES = [
    ("PUT", "", draft_activity()),
    ("PATCH", "", {"title": "Afterwards"}),
    ("PATCH", "", {"joint_providers": []}),
    ("PATCH", "", {"internal_id": "AFTERWARDS"}),
    ("PUT", "/commercial-support", {"received": False}),
    ("PUT", "/moc", {"registered": False}),
    ("PUT", "/moc/boards/ABA", {}),
    ("PUT", "/moc/boards/ABP", {}),
    ("DELETE", "/moc/boards/ABA", None),
    ("PUT", "/learner-totals", {"physicians": 1, "others": 1}),
    ("PUT", "?close=true", draft_activity()),
    ("PUT", "?require_status=active", draft_activity()),
    ("PUT", "?validate_only=true", draft_activity()),
]


@pytest.mark.parametrize(("method", "part", "body"), CHANGES)
async def test_nothing_about_a_closed_record_can_be_changed(
    provider: ReportingProvider, method: str, part: str, body: dict[str, Any] | None
) -> None:
    url, closed = await _closed(provider)
    reply = await provider.client.request(
        method, f"{url}{part}", json=body, headers={"If-Match": "*"}
    )
    assert (reply.status_code, reply.json()["code"]) == (409, "activity.closed")
    assert (await provider.client.get(url)).json() == closed


async def test_a_closed_record_may_be_sent_as_it_is(provider: ReportingProvider) -> None:
    url, closed = await _closed(provider)
    key = f"{closed['format']}/{closed['start_date']}/{closed['internal_id']}"
    for again in (url, f"{provider.activities}/by-key/{key}"):
        for options in ("", "?close=true", "?require_status=ready_to_close"):
            reply = await provider.client.put(f"{again}{options}", json=complete_activity())
            assert reply.status_code == 200, reply.text
            assert reply.json()["meta"] == {"unchanged": True}
            assert reply.headers["etag"] == f'"{closed["version"]}"'
    part = await provider.client.get(f"{url}/moc")
    assert (await provider.client.put(f"{url}/moc", json=part.json())).status_code == 200


async def test_a_version_is_asked_for_before_the_state_is_judged(
    provider: ReportingProvider,
) -> None:
    url, _ = await _closed(provider)
    assert (await provider.client.patch(url, json={"title": "New"})).status_code == 428
    stale = await provider.client.patch(url, json={"title": "New"}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    assert stale.json()["current_version"] == 2


async def _closed(provider: ReportingProvider) -> tuple[str, dict[str, Any]]:
    made = await provider.client.post(provider.activities, json=complete_activity())
    url = f"{provider.activities}/{made.json()['activity_id']}"
    assert (await provider.client.post(f"{url}/close")).status_code == 200
    return url, (await provider.client.get(url)).json()


def _also(header: dict[str, str]) -> dict[str, str]:
    """Name any version where only another precondition is looked at: a patch asks for one."""
    return {"If-Match": "*", **header}
