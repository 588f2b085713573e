import asyncio

import pytest

from app.auth.access import Access
from app.auth.operating import issue_key
from app.auth.principal import Principal
from app.changes.feed import BEGINNING, Place, read_feed
from app.core.database import Database, Transaction
from tests.builders import draft_activity
from tests.feed import feed_of, follow
from tests.harness import ReportingProvider
from tests.patience import PATIENCE

ADD_A_CHANGE = """
INSERT INTO activity_history
    (provider_id, activity_id, version, action, actor_kind, credential_id, request_id, changes)
VALUES ($1, $2, 1, 'created', 'provider', 'cred', 'req', '[]')
"""


@pytest.fixture
def changes(provider: ReportingProvider) -> str:
    return feed_of(provider)


async def create(provider: ReportingProvider, number: int) -> str:
    reply = await provider.client.post(
        provider.activities, json=draft_activity(internal_id=f"CHANGE-{number}")
    )
    return str(reply.json()["activity_id"])


async def test_the_feed_tells_every_change_once_and_always_where_to_go_on(
    provider: ReportingProvider, changes: str
) -> None:
    empty = (await provider.client.get(changes)).json()
    assert (empty["data"], empty["page"]["more"]) == ([], False)
    activity_id = await create(provider, 1)
    url = f"{provider.activities}/{activity_id}"
    await provider.client.patch(url, json={"credits": 2}, headers={"If-Match": "*"})
    await provider.client.delete(url)
    found, cursor = await follow(provider, 3, since=empty["page"]["next_cursor"])
    assert [(entry["version"], entry["action"]) for entry in found] == [
        (1, "created"),
        (2, "updated"),
        (3, "deleted"),
    ]
    assert {entry["activity_id"] for entry in found} == {activity_id}
    assert {entry["href"] for entry in found} == {url}
    again = (await provider.client.get(changes, params={"since": cursor})).json()
    assert again["data"] == []
    assert again["page"]["next_cursor"] == cursor


async def test_small_pages_tell_the_same_as_one_large_page(provider: ReportingProvider) -> None:
    for number in range(7):
        await create(provider, number)
    whole, _ = await follow(provider, 7)
    in_pages, _ = await follow(provider, 7, limit=2)
    assert in_pages == whole
    assert len({entry["change_id"] for entry in whole}) == 7


@pytest.fixture
def access(provider: ReportingProvider, database: Database) -> Access:
    principal = Principal(
        "cred", "provider", "test", frozenset([provider.provider_id]), frozenset()
    )
    return Access(principal, provider.provider_id, "req", database)


async def read_at_once(access: Access, since: Place) -> tuple[list[str], Place]:
    """Read one page, of which only the activities matter."""
    page = await access.run(lambda transaction: read_feed(access, transaction, since, 10))
    return [entry["activity_id"] for entry in page.entries], page.place


async def read_on(access: Access, since: Place, expected: int) -> tuple[list[str], Place]:
    """Read until as many changes have come as are expected."""
    found: list[str] = []
    async with asyncio.timeout(PATIENCE):
        while len(found) < expected:
            more, since = await read_at_once(access, since)
            found += more
            await asyncio.sleep(0.02)
    return found, since


async def test_a_transaction_that_commits_late_is_not_skipped(access: Access) -> None:
    early_has_its_number, may_commit = asyncio.Event(), asyncio.Event()

    async def early(transaction: Transaction) -> None:
        await transaction.driver.execute(ADD_A_CHANGE, access.provider_id, "early")
        early_has_its_number.set()
        await may_commit.wait()

    async def late(transaction: Transaction) -> None:
        await transaction.driver.execute(ADD_A_CHANGE, access.provider_id, "late")

    slow = asyncio.create_task(access.run(early))
    await early_has_its_number.wait()
    await access.run(late)
    told, place = await read_at_once(access, BEGINNING)
    assert told == []
    may_commit.set()
    await slow
    assert (await read_on(access, place, 2))[0] == ["early", "late"]


async def test_a_number_taken_early_by_a_younger_transaction_is_not_skipped(access: Access) -> None:
    old_has_begun, young_has_its_number = asyncio.Event(), asyncio.Event()
    may_commit = asyncio.Event()

    async def old(transaction: Transaction) -> None:
        await transaction.driver.fetchval("SELECT pg_current_xact_id()::text")
        old_has_begun.set()
        await young_has_its_number.wait()
        await transaction.driver.execute(ADD_A_CHANGE, access.provider_id, "old")

    async def young(transaction: Transaction) -> None:
        await transaction.driver.execute(ADD_A_CHANGE, access.provider_id, "young")
        young_has_its_number.set()
        await may_commit.wait()

    first = asyncio.create_task(access.run(old))
    await old_has_begun.wait()
    second = asyncio.create_task(access.run(young))
    await first
    told, place = await read_on(access, BEGINNING, 1)
    assert told == ["old"]
    may_commit.set()
    await second
    assert (await read_on(access, place, 1))[0] == ["young"]


async def test_following_while_many_write_misses_nothing(
    provider: ReportingProvider, changes: str
) -> None:
    writing = asyncio.gather(*(create(provider, number) for number in range(40)))
    found, since = [], ""
    while not writing.done():
        page = (await provider.client.get(changes, params={"since": since, "limit": 3})).json()
        found += page["data"]
        since = page["page"]["next_cursor"]
    rest, _ = await follow(provider, 40 - len(found), since=since)
    told = [entry["activity_id"] for entry in found + rest]
    assert sorted(told) == sorted(await writing)


async def test_a_cursor_of_another_provider_is_refused(
    provider: ReportingProvider, other_provider: ReportingProvider, changes: str
) -> None:
    cursor = (await provider.client.get(changes)).json()["page"]["next_cursor"]
    theirs = f"/v1/providers/{other_provider.provider_id}/changes"
    reply = await other_provider.client.get(theirs, params={"since": cursor})
    assert (reply.status_code, reply.json()["code"]) == (400, "cursor.invalid")


async def test_the_feed_needs_its_own_scope(
    provider: ReportingProvider, database: Database, changes: str
) -> None:
    issued = await issue_key(
        database,
        providers=[provider.provider_id],
        scopes=["activities:read"],
        name="tests",
    )
    reply = await provider.client.get(changes, headers={"Authorization": f"Bearer {issued.key}"})
    assert (reply.status_code, reply.json()["code"]) == (403, "scope.missing")
