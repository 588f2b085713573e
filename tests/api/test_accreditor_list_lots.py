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


async def test_a_filter_that_has_looked_at_enough_says_how_to_go_on(
    provider: ReportingProvider, accreditor: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    sought = draft_activity(internal_id="SOUGHT", format="journal_cme", start_date="2025-02-03")
    sought["end_date"] = "2025-02-04"
    entered = [await provider.client.post(provider.activities, json=sought)]
    for number in range(3):
        other = draft_activity(internal_id=f"NEWER-{number}")
        entered.append(await provider.client.post(provider.activities, json=other))
    assert [reply.status_code for reply in entered] == [201] * 4
    # A lot of two, and no time for a second one.
    monkeypatch.setattr(listing_across, "LOT", 2)
    monkeypatch.setattr(listing, "LOT", 2)
    monkeypatch.setattr(lots, "SECONDS_TO_LOOK", 0)
    asked = {"format": "journal_cme", "year": "2025"}
    first = (await accreditor.get("/v1/activities", params=asked)).json()
    assert first["data"] == []
    assert first["page"]["next_cursor"]
    found = await read_to_the_end(accreditor, **asked)
    assert [row["internal_id"] for row in found if row["provider_id"] == provider.provider_id] == [
        "SOUGHT"
    ]


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
