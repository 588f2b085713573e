"""An accreditor's list of very many activities: looked through in lots, in any order."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.activities import listing, listing_across
from app.core import lots
from app.core.database import Database
from tests.builders import draft_activity
from tests.credentials import Callers
from tests.harness import ReportingProvider

# Later than anything that other tests enter: by this order these come first.
LATEST_START = "-start_date"


@pytest.fixture
async def accreditor(app: FastAPI, database: Database) -> httpx.AsyncClient:
    return await Callers(app, database).accreditor("ACCME")


async def read_to_the_end(client: httpx.AsyncClient, **asked: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    url: str | None = str(httpx.URL("/v1/activities", params=asked))
    while url:
        reply = await client.get(url)
        assert reply.status_code == 200, reply.text
        rows += reply.json()["data"]
        url = reply.links.get("next", {}).get("url")
    return rows


async def enter(provider: ReportingProvider, start_date: str, **changes: str) -> None:
    dates = {"start_date": start_date, "end_date": start_date, "internal_id": start_date}
    document = draft_activity(**dates, **changes)
    assert (await provider.client.post(provider.activities, json=document)).status_code == 201


def internal_ids(reply: httpx.Response) -> list[str]:
    assert reply.status_code == 200, reply.text
    return [row["internal_id"] for row in reply.json()["data"]]


@pytest.fixture
def lots_of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lot of two, and no time for a second one."""
    monkeypatch.setattr(listing_across, "LOT", 2)
    monkeypatch.setattr(listing, "LOT", 2)
    monkeypatch.setattr(lots, "SECONDS_TO_LOOK", 0)


@pytest.mark.usefixtures("lots_of_two")
async def test_a_filter_that_has_looked_at_enough_says_how_to_go_on(
    provider: ReportingProvider, accreditor: httpx.AsyncClient
) -> None:
    sought = draft_activity(internal_id="SOUGHT", format="journal_cme", start_date="2025-02-03")
    sought["end_date"] = "2025-02-04"
    entered = [await provider.client.post(provider.activities, json=sought)]
    for number in range(3):
        other = draft_activity(internal_id=f"NEWER-{number}")
        entered.append(await provider.client.post(provider.activities, json=other))
    assert [reply.status_code for reply in entered] == [201] * 4
    asked = {"format": "journal_cme", "year": "2025"}
    first = (await accreditor.get("/v1/activities", params=asked)).json()
    assert first["data"] == []
    assert first["page"]["next_cursor"]
    found = await read_to_the_end(accreditor, **asked)
    assert [row["internal_id"] for row in found if row["provider_id"] == provider.provider_id] == [
        "SOUGHT"
    ]


@pytest.mark.usefixtures("lots_of_two")
async def test_a_filter_in_another_order_goes_on_likewise(
    provider: ReportingProvider, accreditor: httpx.AsyncClient
) -> None:
    await enter(provider, "2180-01-01", format="journal_cme")
    for day in ("02", "03", "04"):
        await enter(provider, f"2180-01-{day}")
    asked = {"format": "journal_cme", "sort": LATEST_START}
    first = await accreditor.get("/v1/activities", params=asked)
    assert internal_ids(first) == []
    second = await accreditor.get(first.links["next"]["url"])
    assert internal_ids(second) == ["2180-01-01"]


@pytest.mark.usefixtures("lots_of_two")
async def test_what_starts_after_the_year_is_not_looked_at(
    provider: ReportingProvider, accreditor: httpx.AsyncClient
) -> None:
    await enter(provider, "2181-01-01")
    for day in ("02", "03", "04"):
        await enter(provider, f"2182-01-{day}")
    asked = {"year": "2181", "sort": LATEST_START}
    assert internal_ids(await accreditor.get("/v1/activities", params=asked)) == ["2181-01-01"]


async def test_a_provider_that_comes_before_all_others_is_read_on(
    provider: ReportingProvider,
    other_provider: ReportingProvider,
    accreditor: httpx.AsyncClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for day in ("01", "03", "04", "05", "06"):
        await enter(provider, f"2190-01-{day}")
    await enter(other_provider, "2190-01-02")
    # At first the latest of each provider is read, and a lot holds more.
    monkeypatch.setattr(listing_across, "LOT", 4)
    monkeypatch.setattr(listing, "LOT", 4)
    monkeypatch.setattr(listing_across, "LEAST_OF_EACH", 1)
    asked = {"sort": LATEST_START, "limit": "6"}
    found = internal_ids(await accreditor.get("/v1/activities", params=asked))
    assert found == [f"2190-01-0{day}" for day in (6, 5, 4, 3, 2, 1)]


@pytest.mark.parametrize("sort", ["title", "-title", "internal_id", "-start_date", "created_at"])
async def test_any_order_holds_across_providers(
    provider: ReportingProvider,
    other_provider: ReportingProvider,
    accreditor: httpx.AsyncClient,
    sort: str,
) -> None:
    for number, one in enumerate((provider, other_provider) * 2):
        document = draft_activity(
            internal_id=f"{9 - number}", title=f"T{number}", start_date=f"2026-02-0{number + 1}"
        )
        assert (await one.client.post(one.activities, json=document)).status_code == 201
    whole = await read_to_the_end(accreditor, sort=sort, limit="200")
    in_pages = await read_to_the_end(accreditor, sort=sort, limit="50")
    assert in_pages == whole
    own = {provider.provider_id, other_provider.provider_id}
    found = [row["title"] for row in whole if row["provider_id"] in own]
    backwards = sort in {"-title", "internal_id", "-start_date"}
    assert found == sorted(found, reverse=backwards)
    assert len(found) == 4
