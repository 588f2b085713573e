from typing import Any

import asyncpg
import httpx
import pytest

from app.core.database import Database
from tests.builders import Document, complete_activity, draft_activity
from tests.harness import FixedClock, ReportingProvider


@pytest.fixture
async def record(provider: ReportingProvider) -> Document:
    reply = await provider.client.post(provider.activities, json=draft_activity())
    created: Document = reply.json()
    return created


@pytest.fixture
def url(provider: ReportingProvider, record: Document) -> str:
    return f"{provider.activities}/{record['activity_id']}"


async def patch(provider: ReportingProvider, url: str, **changes: Any) -> httpx.Response:
    reply = await provider.client.patch(url, json=changes, headers={"If-Match": "*"})
    assert reply.status_code == 200
    return reply


async def history(provider: ReportingProvider, url: str, **asked: Any) -> Any:
    return (await provider.client.get(f"{url}/history", params=asked)).json()


async def test_each_change_says_who_made_it_what_changed_and_in_which_request(
    provider: ReportingProvider, record: Document, url: str
) -> None:
    reply = await patch(provider, url, title="Pain Update", credits=12)
    created, updated = (await history(provider, url))["data"]
    assert (created["version"], created["action"]) == (1, "created")
    assert {"pointer": "/title", "before": None, "after": record["title"]} in created["changes"]
    me = (await provider.client.get("/v1/me")).json()
    assert updated == {
        "version": 2,
        "at": reply.json()["updated_at"],
        "action": "updated",
        "actor": {"kind": "provider", "credential_id": me["credential_id"]},
        "request_id": reply.headers["x-request-id"],
        "reason": None,
        "changes": [
            {"pointer": "/title", "before": record["title"], "after": "Pain Update"},
            {"pointer": "/credits", "before": None, "after": 12},
        ],
    }


async def test_a_save_that_changes_nothing_leaves_no_trace(
    provider: ReportingProvider, record: Document, url: str
) -> None:
    await provider.client.put(url, json=record)
    assert len((await history(provider, url))["data"]) == 1


async def test_the_pages_of_a_history_hold_each_change_once_the_oldest_first(
    provider: ReportingProvider, url: str
) -> None:
    for number in range(6):
        await patch(provider, url, title=f"Title {number}")
    first = await provider.client.get(f"{url}/history?limit=3")
    assert first.headers["link"].endswith('rel="next"')
    versions, page = [], first.json()
    while True:
        versions.append([entry["version"] for entry in page["data"]])
        if page["page"]["next_cursor"] is None:
            break
        page = await history(provider, url, limit=3, cursor=page["page"]["next_cursor"])
    assert versions == [[1, 2, 3], [4, 5, 6], [7]]


async def test_a_cursor_of_another_activity_is_refused(
    provider: ReportingProvider, url: str
) -> None:
    await patch(provider, url, title="Another")
    other = await provider.client.post(
        provider.activities, json=draft_activity(internal_id="OTHER")
    )
    cursor = (await history(provider, url, limit=1))["page"]["next_cursor"]
    reply = await provider.client.get(
        f"{provider.activities}/{other.json()['activity_id']}/history", params={"cursor": cursor}
    )
    assert (reply.status_code, reply.json()["code"]) == (400, "cursor.invalid")


async def test_a_version_of_the_past_is_the_record_as_it_was(provider: ReportingProvider) -> None:
    created = (await provider.client.post(provider.activities, json=complete_activity())).json()
    url = f"{provider.activities}/{created['activity_id']}"
    changed = await patch(
        provider,
        url,
        location=None,
        learners={"physicians": 7},
        commercial_support={"sources": []},
        moc={"attestation": None},
    )
    closed = await provider.client.put(url, params={"close": "true"}, json=complete_activity())
    assert closed.json()["version"] == 4
    stored = ("status", "next_status", "missing", "warnings", "meta")
    for version, reply in (1, created), (2, changed.json()), (4, closed.json()):
        past = await history(provider, url, version=version)
        for name in stored:
            past.pop(name, None), reply.pop(name, None)
        assert past == reply
    assert (await history(provider, url, version=3))["closed_at"] is None


async def test_a_version_of_the_past_has_the_status_of_its_own_day(
    provider: ReportingProvider, url: str, clock: FixedClock
) -> None:
    long_gone = await history(provider, url, version=1)
    clock.set("2199-01-01")
    assert await history(provider, url, version=1) == long_gone


async def test_a_version_that_never_was_is_not_found(provider: ReportingProvider, url: str) -> None:
    reply = await provider.client.get(f"{url}/history?version=2")
    assert (reply.status_code, reply.json()["code"]) == (404, "activity.version_unknown")
    assert (await provider.client.get(f"{url}/history?version=0")).status_code == 400


async def test_the_history_of_a_deleted_activity_remains(
    provider: ReportingProvider, record: Document, url: str
) -> None:
    await provider.client.delete(url)
    entries = (await history(provider, url))["data"]
    assert [(entry["version"], entry["action"]) for entry in entries] == [
        (1, "created"),
        (2, "deleted"),
    ]
    assert (await history(provider, url, version=1))["title"] == record["title"]
    gone = await provider.client.get(f"{url}/history?version=2")
    assert (gone.status_code, gone.json()["code"]) == (404, "activity.version_unknown")


async def test_there_is_no_history_of_what_never_was_or_is_anothers(
    provider: ReportingProvider, other_provider: ReportingProvider, url: str
) -> None:
    assert (await provider.client.get(f"{provider.activities}/999/history")).status_code == 404
    assert (await other_provider.client.get(f"{url}/history")).status_code == 404
    own_path = f"{other_provider.activities}/{url.rpartition('/')[2]}/history"
    assert (await other_provider.client.get(own_path)).status_code == 404
    assert (await other_provider.client.get(f"{own_path}?version=1")).status_code == 404


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE activity_history SET action = 'nothing'",
        "DELETE FROM activity_history",
        "TRUNCATE activity_history",
    ],
)
async def test_the_role_of_the_application_cannot_rewrite_the_history(
    provider: ReportingProvider, database: Database, url: str, statement: str
) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await database.run(
            provider.provider_id, lambda transaction: transaction.driver.execute(statement)
        )
    assert len((await history(provider, url))["data"]) == 1
