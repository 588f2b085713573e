"""An accreditor reads its own providers, reopens, sets deadlines, and writes nothing else."""

from contextlib import suppress

import httpx
import pytest
from fastapi import FastAPI

from app.core.database import Database, Transaction
from app.core.row_scope import of_accreditor
from tests.builders import complete_activity, draft_activity
from tests.credentials import Callers
from tests.harness import FixedClock, ReportingProvider
from tests.registering import add_provider

DAY = {"last_day": "2027-02-28"}


@pytest.fixture
def callers(app: FastAPI, database: Database) -> Callers:
    return Callers(app, database)


@pytest.fixture
async def accreditor(callers: Callers) -> httpx.AsyncClient:
    return await callers.accreditor("ACCME")


@pytest.fixture
async def stranger(callers: Callers, database: Database) -> httpx.AsyncClient:
    """The accreditor of other providers."""
    with suppress(ValueError):
        await add_provider(database, "7800001", "Somewhere else", "OTHER")
    return await callers.accreditor("OTHER")


@pytest.fixture
async def url(provider: ReportingProvider) -> str:
    """A closed activity of the provider."""
    reply = await provider.client.post(
        provider.activities, params={"close": "true"}, json=complete_activity()
    )
    assert reply.status_code == 201, reply.text
    return f"{provider.activities}/{reply.json()['activity_id']}"


async def test_it_reads_what_its_provider_reads(
    provider: ReportingProvider, accreditor: httpx.AsyncClient, url: str
) -> None:
    for path in (
        url,
        f"{url}/missing?for=closed",
        f"{url}/history",
        f"{url}/history?version=1",
        f"{url}/commercial-support",
        f"{url}/moc",
        f"{url}/learner-totals",
        provider.activities,
        f"{provider.activities}?view=full",
        f"/v1/providers/{provider.provider_id}",
        f"/v1/providers/{provider.provider_id}/deadlines",
        f"/v1/providers/{provider.provider_id}/contacts",
        f"/v1/providers/{provider.provider_id}/contacts/roles",
    ):
        own, theirs = await provider.client.get(path), await accreditor.get(path)
        assert own.status_code == 200, path
        assert (theirs.status_code, theirs.json()) == (200, own.json()), path


async def test_an_accreditor_of_others_finds_nothing(
    provider: ReportingProvider, stranger: httpx.AsyncClient, url: str
) -> None:
    unknown = await stranger.get("/v1/providers/9999999")
    for path in (url, provider.activities, f"/v1/providers/{provider.provider_id}"):
        reply = await stranger.get(path)
        assert reply.status_code == 404
        assert reply.json()["detail"] == unknown.json()["detail"]
    reopen = await stranger.post(f"{url}/reopen", json={"reason": "mine?"})
    assert reopen.status_code == 404


async def test_it_writes_nothing(
    provider: ReportingProvider, accreditor: httpx.AsyncClient, url: str
) -> None:
    profile = f"/v1/providers/{provider.provider_id}"
    match = {"If-Match": "*"}
    for reply in (
        await accreditor.post(provider.activities, json=draft_activity(internal_id="X")),
        await accreditor.put(url, json=draft_activity()),
        await accreditor.patch(url, json={"title": "X"}, headers=match),
        await accreditor.delete(url),
        await accreditor.post(f"{url}/close"),
        await accreditor.post(f"{url}/copy", json={"instances": []}),
        await accreditor.patch(profile, json={"city": "X"}, headers=match),
        await accreditor.post(f"{profile}/contacts", json={}),
        await accreditor.post(f"{profile}/contacts/confirm"),
        await accreditor.get(f"{profile}/keys"),
        await accreditor.get(f"{profile}/changes"),
        await accreditor.post("/v1/providers", json={}),
        await accreditor.get("/v1/credentials"),
    ):
        assert (reply.status_code, reply.json()["code"]) == (403, "scope.missing")
    assert (await provider.client.get(url)).json()["version"] == 2


async def test_it_reopens_at_any_time(
    accreditor: httpx.AsyncClient, provider: ReportingProvider, url: str, clock: FixedClock
) -> None:
    clock.set("2030-01-01")
    late = await provider.client.post(f"{url}/reopen", json={"reason": "late"})
    assert (late.status_code, late.json()["code"]) == (409, "activity.reporting_closed")
    reopened = await accreditor.post(f"{url}/reopen", json={"reason": "counted twice"})
    assert (reopened.status_code, reopened.json()["status"]) == (200, "ready_to_close")
    last = (await accreditor.get(f"{url}/history")).json()["data"][-1]
    assert (last["action"], last["actor"]["kind"]) == ("reopened", "accreditor")


async def test_a_deadline_it_sets_binds_its_providers_until_it_is_unset(
    provider: ReportingProvider, accreditor: httpx.AsyncClient, url: str, clock: FixedClock
) -> None:
    path = "/v1/accreditors/ACCME/deadlines/2026"
    reply = await accreditor.put(path, json=DAY)
    assert reply.status_code == 200
    assert reply.json() == {
        "year": 2026,
        "deadline": "2027-02-28T23:59:00-06:00",
        "last_day": "2027-02-28",
        "set_by": "accreditor",
        "passed": False,
    }
    listed = (await accreditor.get("/v1/accreditors/ACCME/deadlines?year=2026")).json()
    assert listed["data"] == [reply.json()]
    clock.set("2027-03-01")
    assert (await provider.client.post(f"{url}/reopen", json={"reason": "x"})).status_code == 409
    assert (await accreditor.delete(path)).status_code == 204
    assert (await provider.client.post(f"{url}/reopen", json={"reason": "x"})).status_code == 200


async def test_every_change_of_a_deadline_is_kept_with_who_made_it(
    accreditor: httpx.AsyncClient, database: Database
) -> None:
    path = "/v1/accreditors/ACCME/deadlines/2024"
    for day in ("2025-04-10", "2025-04-10", "2025-04-11"):
        await accreditor.put(path, json={"last_day": day})
    await accreditor.delete(path)
    me = (await accreditor.get("/v1/me")).json()["credential_id"]

    async def trail(transaction: Transaction) -> list[tuple[str, str]]:
        rows = await transaction.driver.fetch(
            "SELECT action, changes #>> '{0,after}' AS after FROM reporting_deadline_history"
            " WHERE year = 2024 AND credential_id = $1 ORDER BY change_number",
            me,
        )
        return [(row["action"], row["after"]) for row in rows]

    assert await database.run(of_accreditor("ACCME"), trail) == [
        ("set", "2025-04-10"),
        ("set", "2025-04-11"),
        ("unset", None),
    ]


@pytest.mark.parametrize(
    ("year", "body", "status", "code"),
    [
        ("2026", {"last_day": "2026-12-30"}, 422, "deadline.out_of_range"),
        ("2026", {"last_day": "2029-01-01"}, 422, "deadline.out_of_range"),
        ("2026", {"last_day": "2027-02-30"}, 422, "date.invalid"),
        ("2026", {"last_day": None}, 422, "field.type"),
        ("2026", {}, 422, "field.required"),
        ("26", DAY, 400, "parameter.invalid"),
        ("x", DAY, 400, "parameter.invalid"),
    ],
)
async def test_a_day_that_cannot_be_a_deadline_is_refused(
    accreditor: httpx.AsyncClient, year: str, body: dict[str, object], status: int, code: str
) -> None:
    reply = await accreditor.put(f"/v1/accreditors/ACCME/deadlines/{year}", json=body)
    assert (reply.status_code, reply.json()["code"]) == (status, code)


async def test_only_the_accreditor_whose_usual_day_it_is_grants_more_time_than_that(
    accreditor: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    society, year = "/v1/accreditors/OTHER/deadlines/2023", {"last_day": "2024-04-01"}
    assert (await stranger.put(society, json=year)).status_code == 200
    # March 31, 2024 is a Sunday: the usual day is the Monday after it.
    later = {"last_day": "2024-04-02"}
    reply = await stranger.put(society, json=later)
    problem = reply.json()
    assert (reply.status_code, problem["code"]) == (422, "deadline.out_of_range")
    assert problem["errors"][0]["pointer"] == "/last_day"
    assert "2024-04-01" in problem["detail"]
    granted = await accreditor.put("/v1/accreditors/ACCME/deadlines/2023", json=later)
    assert (granted.status_code, granted.json()["last_day"]) == (200, "2024-04-02")
    await accreditor.delete("/v1/accreditors/ACCME/deadlines/2023")


async def test_the_deadlines_of_another_accreditor_are_not_there(
    provider: ReportingProvider, accreditor: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    assert (await stranger.get("/v1/accreditors/ACCME/deadlines")).status_code == 404
    for client in (stranger, provider.client):
        reply = await client.put("/v1/accreditors/ACCME/deadlines/2026", json=DAY)
        assert reply.status_code == 404
    assert (await accreditor.put("/v1/accreditors/NONE/deadlines/2026", json=DAY)).status_code == (
        404
    )


async def test_the_list_across_providers_holds_each_activity_of_its_providers_once(
    provider: ReportingProvider,
    other_provider: ReportingProvider,
    accreditor: httpx.AsyncClient,
    stranger: httpx.AsyncClient,
) -> None:
    entered = set()
    for owner in (provider, other_provider):
        for number in range(3):
            sent = draft_activity(internal_id=f"ACROSS-{number}")
            reply = await owner.client.post(owner.activities, json=sent)
            entered.add((owner.provider_id, reply.json()["activity_id"]))
    seen: list[tuple[str, str]] = []
    # The latest come first; what other tests entered before need not be walked through.
    url: str | None = "/v1/activities?limit=2&sort=-created_at"
    while url is not None and not entered <= set(seen):
        reply = await accreditor.get(url)
        assert reply.status_code == 200, reply.text
        seen += [(row["provider_id"], row["activity_id"]) for row in reply.json()["data"]]
        url = reply.links["next"]["url"] if "next" in reply.links else None
    assert entered <= set(seen)
    assert len(seen) == len(set(seen))
    theirs = (await stranger.get("/v1/activities?limit=200")).json()["data"]
    assert not entered & {(row["provider_id"], row["activity_id"]) for row in theirs}


async def test_the_list_across_is_filtered_by_provider_status_year_and_format(
    provider: ReportingProvider,
    other_provider: ReportingProvider,
    accreditor: httpx.AsyncClient,
    url: str,
) -> None:
    del url
    draft = draft_activity(internal_id="F-1", format="journal_cme", start_date="2025-02-01")
    reply = await provider.client.post(provider.activities, json=draft | {"end_date": "2025-03-01"})
    assert reply.status_code == 201
    await other_provider.client.post(other_provider.activities, json=draft_activity())
    of = f"/v1/activities?provider={provider.provider_id}"

    async def found(query: str) -> list[str]:
        return [row["status"] for row in (await accreditor.get(of + query)).json()["data"]]

    assert sorted(await found("")) == ["closed", "draft"]
    assert await found("&status=closed") == ["closed"]
    assert await found("&year=2025") == ["draft"]
    assert await found("&format=journal_cme") == ["draft"]
    assert await found("&status=active&format=journal_cme") == []
    for query in ("&status=open", "&format=lecture", "&q=x", "&provider=1"):
        assert (await accreditor.get(of + query)).status_code == 400
    refused = (await accreditor.get("/v1/activities?provider=0008273,0008274")).json()
    assert refused["errors"][0]["message"] == "7 digits are needed here."


async def test_a_cursor_of_one_accreditor_is_none_of_anothers(
    provider: ReportingProvider, accreditor: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    for number in range(2):
        sent = draft_activity(internal_id=f"C-{number}")
        await provider.client.post(provider.activities, json=sent)
    page = (await accreditor.get("/v1/activities?limit=1")).json()["page"]
    theirs = await stranger.get("/v1/activities", params={"cursor": page["next_cursor"]})
    assert (theirs.status_code, theirs.json()["code"]) == (400, "cursor.invalid")


async def test_only_accreditors_list_across_providers(
    provider: ReportingProvider, callers: Callers
) -> None:
    vendor = await callers.vendor(provider.provider_id)
    for client in (provider.client, vendor, await callers.operator()):
        reply = await client.get("/v1/activities")
        assert (reply.status_code, reply.json()["code"]) == (403, "credential.kind_not_permitted")


async def test_its_providers_are_those_of_today(
    callers: Callers, database: Database, accreditor: httpx.AsyncClient
) -> None:
    assert "7800002" not in (await accreditor.get("/v1/me")).json()["providers"]
    await add_provider(database, "7800002", "Newly accredited", "ACCME")
    assert "7800002" in (await accreditor.get("/v1/me")).json()["providers"]
    assert (await accreditor.get("/v1/providers/7800002")).status_code == 200
    operator = await callers.operator()
    # It is there where a test before this one has entered it.
    await operator.post("/v1/accreditors", json={"accreditor_id": "OTHER", "name": "Other"})
    moved = await operator.patch(
        "/v1/providers/7800002", json={"accreditor": "OTHER"}, headers={"If-Match": "*"}
    )
    assert moved.status_code == 200
    assert (await accreditor.get("/v1/providers/7800002")).status_code == 404
