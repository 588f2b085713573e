"""Commercial support as a part of its own of an activity."""

import asyncio
from typing import Any

import pytest

from tests.builders import complete_activity, draft_activity, support_source
from tests.harness import ReportingProvider

Document = dict[str, Any]

IN_KIND = support_source(
    source="Example Devices",
    monetary=False,
    amount=None,
    in_kind=True,
    in_kind_nature=["durable_equipment"],
)


@pytest.fixture
async def activity(provider: ReportingProvider) -> str:
    """The path of a complete activity with one supporter."""
    return await provider.enter(complete_activity())


async def test_support_is_read_with_its_totals_and_the_version_of_the_activity(
    provider: ReportingProvider, activity: str
) -> None:
    reply = await provider.client.get(f"{activity}/commercial-support")
    sums = {"amount": 5000, "monetary": 1, "in_kind": 0, "activities": 1}
    assert reply.status_code == 200
    assert reply.headers["etag"] == '"1"'
    assert reply.json() == {
        "received": True,
        "sources": [support_source()],
        "activity_id": activity.rpartition("/")[2],
        "totals": {
            **sums,
            "by_year": [{"year": 2026, **sums}],
            "by_source": [{"source": "Acme Pharma", **sums}],
        },
        "warnings": [],
        "version": 1,
    }
    again = await provider.client.get(
        f"{activity}/commercial-support", headers={"If-None-Match": '"1"'}
    )
    assert again.status_code == 304


async def test_replacing_support_is_a_version_of_the_whole_record(
    provider: ReportingProvider, activity: str
) -> None:
    sources = [support_source(amount=19.99), IN_KIND]
    reply = await provider.client.put(
        f"{activity}/commercial-support", json={"received": True, "sources": sources}
    )
    assert (reply.status_code, reply.headers["etag"]) == (200, '"2"')
    assert reply.json()["meta"] == {"unchanged": False}
    assert reply.json()["totals"]["amount"] == 19.99
    assert reply.json()["totals"]["in_kind"] == 1
    record = (await provider.client.get(activity)).json()
    assert record["version"] == 2
    assert record["commercial_support"] == {"received": True, "sources": sources}
    history = (await provider.client.get(f"{activity}/history")).json()["data"]
    changed = next(entry for entry in history if entry["version"] == 2)
    assert [change["pointer"] for change in changed["changes"]] == ["/commercial_support/sources"]


async def test_replacing_support_by_what_it_is_changes_nothing(
    provider: ReportingProvider, activity: str
) -> None:
    read = (await provider.client.get(f"{activity}/commercial-support")).json()
    reply = await provider.client.put(f"{activity}/commercial-support", json=read)
    assert (reply.status_code, reply.headers["etag"]) == (200, '"1"')
    assert reply.json()["meta"] == {"unchanged": True}


async def test_the_servers_part_of_support_cannot_be_written(
    provider: ReportingProvider, activity: str
) -> None:
    read = (await provider.client.get(f"{activity}/commercial-support")).json()
    read["totals"]["amount"] = 1
    reply = await provider.client.put(f"{activity}/commercial-support", json=read)
    assert (reply.status_code, reply.json()["code"]) == (422, "read_only")
    assert [error["pointer"] for error in reply.json()["errors"]] == ["/totals"]


async def test_leaving_everything_out_takes_the_answer_back(
    provider: ReportingProvider, activity: str
) -> None:
    reply = await provider.client.put(f"{activity}/commercial-support", json={})
    assert reply.json()["received"] is None
    assert reply.json()["sources"] == []
    missing = (await provider.client.get(f"{activity}/missing?for=closed")).json()["missing"]
    assert [item["code"] for item in missing] == ["support.answered"]


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ([], "field.type", ""),
        ("no support", "field.type", ""),
        ({"recieved": True}, "field.unknown", "/recieved"),
        (
            {"received": False, "sources": [support_source()]},
            "support.contradiction",
            "/received",
        ),
        (
            {"received": True, "sources": [support_source(monetary=False)]},
            "support.contradiction",
            "/sources/0/amount",
        ),
        (
            {"received": True, "sources": [support_source(received_year=2019)]},
            "support.received_year",
            "/sources/0/received_year",
        ),
        (
            {"received": True, "sources": [support_source(amount=-1)]},
            "number.too_small",
            "/sources/0/amount",
        ),
    ],
)
async def test_what_is_wrong_points_into_the_body_that_was_sent(
    provider: ReportingProvider, activity: str, body: Any, code: str, pointer: str
) -> None:
    reply = await provider.client.put(f"{activity}/commercial-support", json=body)
    assert (reply.status_code, reply.json()["code"]) == (422, code)
    assert [error["pointer"] for error in reply.json()["errors"]] == [pointer]
    assert (await provider.client.get(activity)).json()["version"] == 1


async def test_the_support_of_a_closed_activity_stays(
    provider: ReportingProvider, activity: str
) -> None:
    assert (await provider.client.post(f"{activity}/close")).status_code == 200
    reply = await provider.client.put(f"{activity}/commercial-support", json={"received": False})
    assert (reply.status_code, reply.json()["code"]) == (409, "activity.closed")
    read = (await provider.client.get(f"{activity}/commercial-support")).json()
    same = await provider.client.put(f"{activity}/commercial-support", json=read)
    assert (same.status_code, same.json()["meta"]) == (200, {"unchanged": True})


async def test_a_stale_version_is_refused_and_a_trial_saves_nothing(
    provider: ReportingProvider, activity: str
) -> None:
    url, body = f"{activity}/commercial-support", {"received": False}
    stale = await provider.client.put(url, json=body, headers={"If-Match": '"7"'})
    assert stale.status_code == 412
    trial = await provider.client.put(f"{url}?validate_only=true", json=body)
    assert (trial.status_code, trial.headers["validate-only"]) == (200, "true")
    assert trial.json()["version"] == 2
    assert (await provider.client.get(url)).json()["version"] == 1


async def test_two_writers_of_support_make_two_versions_or_one_of_them_is_told(
    provider: ReportingProvider, activity: str
) -> None:
    replies = await asyncio.gather(
        *(
            provider.client.put(
                f"{activity}/commercial-support",
                json={"received": True, "sources": [support_source(amount=amount)]},
                headers={"If-Match": '"1"'},
            )
            for amount in (1, 2)
        )
    )
    assert sorted(reply.status_code for reply in replies) == [200, 412]


async def test_support_of_another_providers_activity_is_not_found(
    other_provider: ReportingProvider, activity: str
) -> None:
    mine = f"{other_provider.activities}/{activity.rpartition('/')[2]}/commercial-support"
    for url in (f"{activity}/commercial-support", mine):
        assert (await other_provider.client.get(url)).status_code == 404
        assert (await other_provider.client.put(url, json={"received": False})).status_code == 404


async def test_a_joint_provider_that_is_a_supporter_is_warned_about_with_the_support(
    provider: ReportingProvider,
) -> None:
    activity = await provider.enter({**draft_activity(), "joint_providers": ["Acme Pharma"]})
    reply = await provider.client.put(
        f"{activity}/commercial-support",
        json={"received": True, "sources": [support_source()]},
    )
    assert [warning["code"] for warning in reply.json()["warnings"]] == ["joint.is_supporter"]
