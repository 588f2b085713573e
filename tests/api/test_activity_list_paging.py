import asyncio
from collections import Counter
from typing import Any

import pytest

from app.core.database import Database, Transaction
from tests.harness import ReportingProvider
from tests.listing import enter, pages, rows
from tests.people import enter as contact_entered

SORTS = ("updated_at", "created_at", "start_date", "end_date", "title", "internal_id")


@pytest.mark.parametrize("sort", [f"{sign}{name}" for name in SORTS for sign in ("", "-")])
async def test_a_walk_sees_each_untouched_record_once_while_others_come_and_go(
    provider: ReportingProvider, database: Database, sort: str
) -> None:
    await enter(database, provider.provider_id, range(2000))
    everything = sorted(row["activity_id"] for row in await rows(provider, limit=200))
    doomed = everything[::10]
    untouched = set(everything) - set(doomed)
    seen: Counter[str] = Counter()
    at_page = 0
    async for page in pages(provider, sort=sort, limit=80):
        seen.update(row["activity_id"] for row in page)
        # The last pages are left alone, or the walk would follow new records for ever.
        if at_page < 10:
            first = 10_000 + 20 * at_page
            await asyncio.gather(
                enter(database, provider.provider_id, range(first, first + 20)),
                _delete(database, provider.provider_id, doomed[at_page::10]),
            )
        at_page += 1
    assert at_page > 15
    assert set(seen.values()) == {1}
    assert untouched <= set(seen)


@pytest.mark.parametrize("limit", [1, 7, 20, 21])
async def test_pages_are_full_until_the_last_and_none_is_empty(
    provider: ReportingProvider, database: Database, limit: int
) -> None:
    await enter(database, provider.provider_id, range(21))
    sizes = [len(page) async for page in pages(provider, limit=limit)]
    assert sizes == [limit] * (21 // limit) + [21 % limit] * (21 % limit > 0)


@pytest.mark.parametrize(
    "query", ["status=draft", "format=live_course&year=2024", "q=ethics", "view=full&fields=title"]
)
async def test_filtered_pages_together_are_the_whole_list(
    provider: ReportingProvider, database: Database, query: str
) -> None:
    await enter(database, provider.provider_id, range(90))
    parameters = dict(part.split("=") for part in query.split("&"))
    whole = await rows(provider, **parameters, limit=200)
    assert len(whole) > 11
    assert await rows(provider, **parameters, limit=10) == whole


async def test_the_link_leads_where_the_cursor_does(
    provider: ReportingProvider, database: Database
) -> None:
    await enter(database, provider.provider_id, range(9))
    first = await provider.client.get(f"{provider.activities}?limit=5&sort=title")
    cursor = first.json()["page"]["next_cursor"]
    by_cursor = await provider.client.get(
        provider.activities, params={"limit": 5, "sort": "title", "cursor": cursor}
    )
    by_link = await provider.client.get(first.links["next"]["url"])
    assert by_link.json() == by_cursor.json()
    assert len(by_link.json()["data"]) == 4
    assert by_link.json()["page"] == {"next_cursor": None, "limit": 5}


async def test_an_empty_cursor_is_the_beginning_of_every_list(
    provider: ReportingProvider, database: Database
) -> None:
    await enter(database, provider.provider_id, range(3))
    await contact_entered(provider, "primary")
    own = f"/v1/providers/{provider.provider_id}"
    for url in (
        provider.activities,
        f"{own}/contacts",
        f"{own}/imports",
        f"{own}/keys",
        "/v1/directory",
        "/v1/catalog/activities",
    ):
        reply = await provider.client.get(f"{url}?cursor=")
        assert reply.status_code == 200, url
        assert reply.json()["data"] == (await provider.client.get(url)).json()["data"]


async def test_the_size_and_content_of_a_page_may_change_on_the_way(
    provider: ReportingProvider, database: Database
) -> None:
    await enter(database, provider.provider_id, range(9))
    first = (await provider.client.get(f"{provider.activities}?limit=4")).json()
    reply = await provider.client.get(
        provider.activities,
        params={"cursor": first["page"]["next_cursor"], "limit": 100, "view": "full"},
    )
    assert len(reply.json()["data"]) == 5


async def test_a_cursor_serves_only_the_list_it_came_from(
    provider: ReportingProvider, other_provider: ReportingProvider, database: Database
) -> None:
    for each in (provider, other_provider):
        await enter(database, each.provider_id, range(30))
    query = {"limit": "5", "status": "draft", "sort": "title"}
    reply = await provider.client.get(provider.activities, params=query)
    cursor = reply.json()["page"]["next_cursor"]

    async def refused(
        whose: ReportingProvider = provider, cursor: str = cursor, **changes: Any
    ) -> bool:
        asked = {**query, "cursor": cursor, **changes}
        again = await whose.client.get(whose.activities, params=asked)
        if again.status_code == 200:
            return False
        assert (again.status_code, again.json()["code"]) == (400, "cursor.invalid")
        return True

    assert not await refused()
    assert await refused(sort="-title")
    assert await refused(sort="end_date")
    assert await refused(status="draft,active")
    assert await refused(q="a")
    assert await refused(other_provider)
    other_sign = "A" if cursor[10] != "A" else "B"
    assert await refused(cursor=cursor[:10] + other_sign + cursor[11:])
    assert await refused(cursor=cursor[:-8])
    assert await refused(cursor="eyJpZCI6MX0")
    assert await refused(cursor="ü")


async def _delete(database: Database, provider_id: str, activity_ids: list[str]) -> None:
    async def work(transaction: Transaction) -> None:
        await transaction.driver.execute(
            "DELETE FROM activities WHERE provider_id = $1 AND activity_id = ANY ($2)",
            provider_id,
            activity_ids,
        )

    await database.run(provider_id, work)
