"""Commercial support as a part of its own, what it adds up to, and the names of supporters."""

import asyncio
from typing import Any

import pytest

from app.core.database import Database
from app.support.directory import add_supporter
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


async def entered(provider: ReportingProvider, document: Document | None = None) -> str:
    reply = await provider.client.post(
        provider.activities, json=complete_activity() if document is None else document
    )
    assert reply.status_code == 201, reply.text
    return f"{provider.activities}/{reply.json()['activity_id']}"


@pytest.fixture
async def activity(provider: ReportingProvider) -> str:
    """The path of a complete activity with one supporter."""
    return await entered(provider)


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


async def test_a_providers_support_adds_up_by_year_and_by_source(
    provider: ReportingProvider, other_provider: ReportingProvider
) -> None:
    total = f"/v1/providers/{provider.provider_id}/commercial-support"
    nothing = (await provider.client.get(total)).json()
    assert (nothing["amount"], nothing["by_year"], nothing["by_source"]) == (0, [], [])
    first = {
        "received": True,
        "sources": [
            support_source(amount=12000, received_year=2026),
            support_source(source="ACME PHARMA.", amount=4500.5, received_year=2027),
        ],
    }
    second = {"received": True, "sources": [support_source(amount=100), IN_KIND]}
    await entered(provider, complete_activity(commercial_support=first))
    await entered(
        provider, complete_activity(internal_id="PAIN-2", title="Other", commercial_support=second)
    )
    await entered(other_provider)

    sums = (await provider.client.get(total)).json()
    assert (sums["amount"], sums["monetary"], sums["in_kind"]) == (16600.5, 3, 1)
    assert sums["activities"] == 2
    assert [(row["year"], row["amount"]) for row in sums["by_year"]] == [
        (2026, 12100),
        (2027, 4500.5),
    ]
    assert [(row["source"], row["amount"], row["in_kind"]) for row in sums["by_source"]] == [
        ("ACME PHARMA.", 16600.5, 0),
        ("Example Devices", 0, 1),
    ]
    later = (await provider.client.get(f"{total}?year=2027")).json()
    assert (later["year"], later["amount"]) == (2027, 4500.5)
    assert [row["year"] for row in later["by_year"]] == [2027]
    assert (await provider.client.get(f"{total}?year=soon")).status_code == 400


async def test_the_directory_makes_one_source_of_all_ways_to_write_it(
    provider: ReportingProvider, database: Database
) -> None:
    name = f"Borealis {provider.provider_id}"
    await add_supporter(database, name, [f"Borealis Labs {provider.provider_id}, Inc."])
    sources = [
        support_source(source=name),
        support_source(source=f"borealis labs {provider.provider_id} inc", amount=1),
    ]
    activity = await entered(
        provider, complete_activity(commercial_support={"received": True, "sources": sources})
    )
    read = (await provider.client.get(f"{activity}/commercial-support")).json()
    assert [(row["source"], row["amount"]) for row in read["totals"]["by_source"]] == [(name, 5001)]


async def test_an_alias_belongs_to_one_supporter(
    provider: ReportingProvider, database: Database
) -> None:
    one, other = f"Cirrus {provider.provider_id}", f"Nimbus {provider.provider_id}"
    assert await add_supporter(database, one, ["Cirrus", f"Stratus {provider.provider_id}"]) == one
    assert await add_supporter(database, one.upper()) == one
    with pytest.raises(ValueError, match="is a way of writing"):
        await add_supporter(database, other, [f"stratus {provider.provider_id}"])
    found = (await provider.client.get("/v1/supporters", params={"q": other})).json()["data"]
    assert other not in [row["name"] for row in found]


async def test_supporters_are_suggested_from_the_directory_and_from_own_reports(
    provider: ReportingProvider, other_provider: ReportingProvider, database: Database
) -> None:
    listed = f"Zephyrine {provider.provider_id}"
    await add_supporter(database, listed, [f"Zefirine {provider.provider_id}"])
    own = f"Zephyr Devices {provider.provider_id}"
    await entered(
        provider,
        complete_activity(
            commercial_support={"received": True, "sources": [support_source(source=own)]}
        ),
    )

    found = await suggestions(provider, "zephy")
    assert [(row["name"], row["origin"]) for row in found if row["likeness"] == 1] == [
        (listed, "directory"),
        (own, "own"),
    ]
    misspelt = await suggestions(provider, f"Zefirin {provider.provider_id}")
    assert misspelt[0]["name"] == listed
    assert misspelt[0]["matched"] == f"Zefirine {provider.provider_id}"
    theirs = await suggestions(other_provider, "zephy")
    assert own not in [row["name"] for row in theirs]
    assert listed in [row["name"] for row in theirs]


async def test_own_names_of_another_provider_are_not_found(
    provider: ReportingProvider, other_provider: ReportingProvider
) -> None:
    params = {"q": "acme", "provider_id": other_provider.provider_id}
    assert (await provider.client.get("/v1/supporters", params=params)).status_code == 404
    params["provider_id"] = provider.provider_id
    assert (await provider.client.get("/v1/supporters", params=params)).status_code == 200
    assert (await provider.client.get("/v1/supporters")).status_code == 400


async def test_a_joint_provider_that_is_a_supporter_is_warned_about_with_the_support(
    provider: ReportingProvider,
) -> None:
    activity = await entered(provider, {**draft_activity(), "joint_providers": ["Acme Pharma"]})
    reply = await provider.client.put(
        f"{activity}/commercial-support",
        json={"received": True, "sources": [support_source()]},
    )
    assert [warning["code"] for warning in reply.json()["warnings"]] == ["joint.is_supporter"]


async def suggestions(provider: ReportingProvider, q: str) -> list[Document]:
    reply = await provider.client.get("/v1/supporters", params={"q": q})
    assert reply.status_code == 200, reply.text
    return list(reply.json()["data"])
