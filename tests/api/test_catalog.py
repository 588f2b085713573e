from typing import Any

import httpx
import pytest

from app.catalog import reading
from app.core import lots
from tests.builders import complete_activity
from tests.harness import FixedClock, ReportingProvider

CATALOG = "/v1/catalog/activities"


def listed(**changes: Any) -> dict[str, Any]:
    return complete_activity(
        **{"start_date": "2026-11-01", "end_date": "2026-12-31", "cme_finder": True, **changes}
    )


async def enter(provider: ReportingProvider, document: dict[str, Any]) -> str:
    reply = await provider.client.post(provider.activities, json=document)
    assert reply.status_code == 201, reply.text
    activity_id: str = reply.json()["activity_id"]
    return activity_id


async def found(client: httpx.AsyncClient, provider_id: str, **parameters: str) -> list[str]:
    ids: list[str] = []
    url: str | None = str(httpx.URL(CATALOG, params={**parameters, "limit": "200"}))
    while url:
        reply = await client.get(url)
        assert reply.status_code == 200, reply.text
        ids += [
            row["activity_id"] for row in reply.json()["data"] if row["provider_id"] == provider_id
        ]
        url = reply.links.get("next", {}).get("url")
    return ids


async def test_the_catalog_shows_listed_active_activities_to_everybody(
    provider: ReportingProvider, anonymous: httpx.AsyncClient
) -> None:
    shown = await enter(provider, listed(internal_id="SHOWN"))
    await enter(provider, listed(internal_id="NOT-LISTED", cme_finder=False))
    await enter(provider, listed(internal_id="DRAFT", description=None))
    await enter(
        provider, listed(internal_id="OVER", start_date="2026-01-01", end_date="2026-11-21")
    )
    assert await found(anonymous, provider.provider_id) == [shown]


async def test_an_activity_leaves_the_catalog_on_the_day_after_its_end(
    provider: ReportingProvider, anonymous: httpx.AsyncClient, clock: FixedClock
) -> None:
    shown = await enter(provider, listed(end_date="2026-11-22"))
    assert await found(anonymous, provider.provider_id) == [shown]
    clock.set("2026-11-23")
    assert await found(anonymous, provider.provider_id) == []


async def test_an_entry_says_what_a_learner_needs_and_nothing_of_support_or_learners(
    provider: ReportingProvider, anonymous: httpx.AsyncClient
) -> None:
    document = listed(title="A title found only here")
    await enter(provider, document)
    reply = await anonymous.get(CATALOG, params={"q": "found ONLY here"})
    (entry,) = reply.json()["data"]
    assert entry["provider_name"] == f"Provider {provider.provider_id}"
    assert entry["url"] == document["url"]
    assert entry["moc_boards"] == sorted(row["board"] for row in document["moc"]["boards"])
    assert not {"commercial_support", "learners", "missing", "joint_providers"} & set(entry)


async def test_boards_of_an_activity_that_is_not_registered_for_moc_are_not_named(
    provider: ReportingProvider, anonymous: httpx.AsyncClient
) -> None:
    moc = {"registered": False, "boards": listed()["moc"]["boards"]}
    (board,) = [row["board"] for row in moc["boards"]]
    shown = await enter(provider, listed(title="Not registered yet", moc=moc))
    (entry,) = (await anonymous.get(CATALOG, params={"q": "Not registered yet"})).json()["data"]
    assert (entry["activity_id"], entry["moc_boards"]) == (shown, [])
    assert await found(anonymous, provider.provider_id, moc_board=board) == []


async def test_the_catalog_is_searched_by_format_state_and_board(
    provider: ReportingProvider, anonymous: httpx.AsyncClient
) -> None:
    document = listed()
    shown = await enter(provider, document)
    own, other = provider.provider_id, "no such text anywhere"
    assert await found(anonymous, own, format=document["format"]) == [shown]
    assert await found(anonymous, own, format="manuscript_review") == []
    assert await found(anonymous, own, state=document["state"]) == [shown]
    assert await found(anonymous, own, state="AK") == []
    assert await found(anonymous, own, moc_board=document["moc"]["boards"][0]["board"]) == [shown]
    assert await found(anonymous, own, moc_board="ABOS") == []
    assert await found(anonymous, own, q=other) == []


async def test_a_board_that_nobody_knows_is_no_filter_of_the_catalog(
    anonymous: httpx.AsyncClient,
) -> None:
    reply = await anonymous.get(CATALOG, params={"moc_board": "abim"})
    (error,) = reply.json()["errors"]
    assert (reply.status_code, error["pointer"]) == (400, "?moc_board")
    assert error["did_you_mean"] == ["ABIM"]


async def test_pages_of_the_catalog_hold_each_activity_once(
    provider: ReportingProvider, anonymous: httpx.AsyncClient
) -> None:
    title = "Pages of the catalog"
    entered = {
        await enter(provider, listed(internal_id=f"PAGE-{number}", title=f"{title} {number}"))
        for number in range(5)
    }
    ids: list[str] = []
    url: str | None = str(httpx.URL(CATALOG, params={"q": title, "limit": "2"}))
    while url:
        reply = await anonymous.get(url)
        ids += [row["activity_id"] for row in reply.json()["data"]]
        url = reply.links.get("next", {}).get("url")
    assert sorted(ids) == sorted(entered)


async def test_a_search_that_has_looked_at_enough_says_how_to_go_on(
    provider: ReportingProvider, anonymous: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    title = "The last of many"
    for number in range(5):
        await enter(provider, listed(internal_id=f"MANY-{number}", end_date="2027-10-30"))
    sought = await enter(provider, listed(title=title, end_date="2027-10-31"))
    # A lot of two, and no time for a second one.
    monkeypatch.setattr(reading, "LOT", 2)
    monkeypatch.setattr(lots, "SECONDS_TO_LOOK", 0)
    first = (await anonymous.get(CATALOG, params={"q": title})).json()
    assert first["data"] == []
    assert first["page"]["next_cursor"]
    assert await found(anonymous, provider.provider_id, q=title) == [sought]


@pytest.mark.parametrize("lot", [1, 2, 3, 5])
async def test_nothing_is_shown_twice_or_left_out_where_lots_and_pages_end(
    provider: ReportingProvider,
    anonymous: httpx.AsyncClient,
    monkeypatch: pytest.MonkeyPatch,
    lot: int,
) -> None:
    entered = [
        await enter(provider, listed(internal_id=f"LOT-{number}", end_date=f"2027-09-0{number}"))
        for number in range(1, 7)
    ]
    monkeypatch.setattr(reading, "LOT", lot)
    ids: list[str] = []
    url: str | None = str(httpx.URL(CATALOG, params={"limit": "3"}))
    while url:
        reply = await anonymous.get(url)
        ids += [row["activity_id"] for row in reply.json()["data"]]
        url = reply.links.get("next", {}).get("url")
    assert len(set(ids)) == len(ids)
    assert [one for one in ids if one in entered] == entered
