"""The operator keeps the register of accreditors, providers and credentials."""

import itertools

import httpx
import pytest
from fastapi import FastAPI

from app.core.database import Database
from tests.builders import draft_activity
from tests.credentials import Callers
from tests.harness import ReportingProvider

_numbers = itertools.count(7_900_001)


@pytest.fixture
def callers(app: FastAPI, database: Database) -> Callers:
    return Callers(app, database)


@pytest.fixture
async def operator(callers: Callers) -> httpx.AsyncClient:
    return await callers.operator()


@pytest.fixture
def fresh_id() -> str:
    return str(next(_numbers))


def new_provider(provider_id: str, **changes: object) -> dict[str, object]:
    return {
        "provider_id": provider_id,
        "name": "Valley Hospital",
        "accreditor": "ACCME",
        **changes,
    }


@pytest.fixture(autouse=True)
async def accreditor_is_known(provider: ReportingProvider) -> None:
    """A provider that reports to ACCME has been entered before."""
    del provider


async def test_a_provider_is_entered_with_the_first_entry_of_its_history(
    operator: httpx.AsyncClient, fresh_id: str
) -> None:
    reply = await operator.post("/v1/providers", json=new_provider(fresh_id))
    assert reply.status_code == 201
    assert reply.headers["location"] == f"/v1/providers/{fresh_id}"
    profile = await operator.get(reply.headers["location"])
    assert profile.json() == reply.json()
    assert profile.headers["etag"] == reply.headers["etag"] == '"1"'
    again = await operator.post("/v1/providers", json=new_provider(fresh_id))
    assert (again.status_code, again.json()["code"]) == (409, "provider.duplicate")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"provider_id": "123"}, "provider.id_invalid"),
        ({"provider_id": "١٢٣٤٥٦٧"}, "provider.id_invalid"),
        ({"provider_id": 1234567}, "field.type"),
        ({"accreditor": "ACMEE"}, "provider.accreditor_unknown"),
        ({"name": None}, "field.type"),
        ({"city": "Sacramento"}, "field.unknown"),
    ],
)
async def test_what_no_provider_can_be_is_refused(
    operator: httpx.AsyncClient, fresh_id: str, changes: dict[str, object], code: str
) -> None:
    reply = await operator.post("/v1/providers", json=new_provider(fresh_id) | changes)
    assert (reply.status_code, reply.json()["code"]) == (422, code)


async def test_an_accreditor_is_entered_once(operator: httpx.AsyncClient, fresh_id: str) -> None:
    entry = {"accreditor_id": f"SOCIETY-{fresh_id}", "name": "A state society"}
    reply = await operator.post("/v1/accreditors", json=entry)
    assert (reply.status_code, reply.json()) == (201, entry)
    again = await operator.post("/v1/accreditors", json=entry)
    assert (again.status_code, again.json()["code"]) == (409, "accreditor.duplicate")
    own = new_provider(fresh_id, accreditor=entry["accreditor_id"])
    assert (await operator.post("/v1/providers", json=own)).status_code == 201


async def test_credentials_of_every_kind_are_issued_and_work(
    operator: httpx.AsyncClient,
    provider: ReportingProvider,
    other_provider: ReportingProvider,
    callers: Callers,
) -> None:
    both = [provider.provider_id, other_provider.provider_id]
    for wanted, path in (
        ({"kind": "provider", "providers": both[:1]}, provider.activities),
        ({"kind": "vendor", "providers": both}, other_provider.activities),
        ({"kind": "accreditor", "accreditor": "ACCME"}, provider.activities),
    ):
        asked = {"name": "new", "scopes": ["activities:read"], **wanted}
        reply = await operator.post("/v1/credentials", json=asked)
        assert reply.status_code == 201, reply.text
        issued = reply.json()
        assert issued["key"].startswith("pars_live_")
        assert (await callers.with_key(issued["key"]).get(path)).status_code == 200
        key = issued.pop("key")
        read = await operator.get(reply.headers["location"])
        assert issued | {"last_used_at": None} == read.json() | {"last_used_at": None}
        assert (await operator.delete(reply.headers["location"])).status_code == 204
        assert (await callers.with_key(key).get(path)).status_code == 401


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"scopes": ["providers:admin"]}, "credential.scope_not_of_kind", "/scopes/0"),
        ({"scopes": []}, "list.too_short", "/scopes"),
        ({"providers": []}, "credential.speaks_for", "/providers"),
        ({"providers": None}, "credential.speaks_for", "/providers"),
        ({"providers": ["0000009"]}, "credential.provider_unknown", "/providers/0"),
        ({"accreditor": "ACCME"}, "credential.speaks_for", "/providers"),
        (
            {"kind": "accreditor", "providers": None, "accreditor": "NONE"},
            "credential.accreditor_unknown",
            "/accreditor",
        ),
        (
            {"kind": "accreditor", "providers": None},
            "credential.speaks_for",
            "/accreditor",
        ),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "credential.expiry_invalid", "/expires_at"),
        ({"kind": "owner"}, "field.enum", "/kind"),
    ],
)
async def test_what_no_credential_can_be_is_refused(
    operator: httpx.AsyncClient,
    provider: ReportingProvider,
    changes: dict[str, object],
    code: str,
    pointer: str,
) -> None:
    right = {
        "kind": "provider",
        "name": "new",
        "providers": [provider.provider_id],
        "scopes": ["activities:read"],
    }
    reply = await operator.post("/v1/credentials", json=right | changes)
    assert (reply.status_code, reply.json()["code"]) == (422, code)
    assert reply.json()["errors"][0]["pointer"] == pointer


async def test_all_that_is_wrong_with_a_credential_is_told_in_the_order_of_its_fields(
    operator: httpx.AsyncClient,
) -> None:
    wrong = {
        "kind": "vendor",
        "name": "new",
        "mode": "test",
        "providers": ["0000009", "0000008"],
        "accreditor": "NONE",
        "scopes": ["activities:read", "providers:admin"],
        "expires_at": "2020-01-01T00:00:00Z",
    }
    problem = (await operator.post("/v1/credentials", json=wrong)).json()
    assert [error["pointer"] for error in problem["errors"]] == [
        "/mode",
        "/providers",
        "/providers/0",
        "/providers/1",
        "/accreditor",
        "/scopes/1",
        "/expires_at",
    ]


async def test_the_operator_reads_no_activities(
    operator: httpx.AsyncClient, provider: ReportingProvider
) -> None:
    entered = await provider.client.post(provider.activities, json=draft_activity())
    url = f"{provider.activities}/{entered.json()['activity_id']}"
    for reply in (
        await operator.get(provider.activities),
        await operator.get(url),
        await operator.get(f"{url}/history"),
        await operator.post(f"{url}/reopen", json={"reason": "x"}),
        await operator.get(f"/v1/providers/{provider.provider_id}/changes"),
        await operator.get(f"/v1/providers/{provider.provider_id}/keys"),
    ):
        assert (reply.status_code, reply.json()["code"]) == (403, "scope.missing")
    unknown = await operator.get("/v1/providers/9999999/activities")
    assert unknown.status_code == 404


async def test_nobody_else_keeps_the_register(
    provider: ReportingProvider, callers: Callers, fresh_id: str
) -> None:
    vendor = await callers.vendor(provider.provider_id)
    accreditor = await callers.accreditor()
    for client in (provider.client, vendor, accreditor):
        for reply in (
            await client.post("/v1/providers", json=new_provider(fresh_id)),
            await client.post("/v1/accreditors", json={"accreditor_id": "X", "name": "X"}),
            await client.get("/v1/credentials"),
            await client.post("/v1/credentials", json={}),
            await client.delete("/v1/credentials/cred_0000000000000000"),
        ):
            assert (reply.status_code, reply.json()["code"]) == (403, "scope.missing")


async def test_the_register_lists_all_credentials_page_by_page(
    operator: httpx.AsyncClient, provider: ReportingProvider, callers: Callers
) -> None:
    newest = [await callers.issued(providers=[provider.provider_id]) for _ in range(3)]
    first = await operator.get("/v1/credentials?limit=2")
    ids = [row["credential_id"] for row in first.json()["data"]]
    assert ids == [newest[2].credential_id, newest[1].credential_id]
    second = await operator.get(first.links["next"]["url"])
    assert second.json()["data"][0]["credential_id"] == newest[0].credential_id
    assert (await operator.get("/v1/credentials/cred_none")).status_code == 404
