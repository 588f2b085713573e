"""What a provider's support adds up to, and the names of supporters."""

from typing import Any

import pytest

from app.core.database import Database
from app.support.directory import add_supporter
from tests.builders import complete_activity, support_source
from tests.harness import ReportingProvider

Document = dict[str, Any]

IN_KIND = support_source(
    source="Example Devices",
    monetary=False,
    amount=None,
    in_kind=True,
    in_kind_nature=["durable_equipment"],
)


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
    await provider.enter(complete_activity(commercial_support=first))
    await provider.enter(
        complete_activity(internal_id="PAIN-2", title="Other", commercial_support=second)
    )
    await other_provider.enter(complete_activity())

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
    activity = await provider.enter(
        complete_activity(commercial_support={"received": True, "sources": sources})
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
    await provider.enter(
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


async def suggestions(provider: ReportingProvider, q: str) -> list[Document]:
    reply = await provider.client.get("/v1/supporters", params={"q": q})
    assert reply.status_code == 200, reply.text
    return list(reply.json()["data"])
