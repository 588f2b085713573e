"""`If-Match` is read by every write: compared with a version, or refused where there is none."""

from typing import Any, Final

import httpx
import pytest
from fastapi import FastAPI

from app.core.database import Database
from tests.builders import complete_activity, draft_activity
from tests.credentials import Callers
from tests.harness import ReportingProvider
from tests.imports_support import imports_of, ndjson

MADE_ANEW: Final = {
    "activities_create": "/v1/providers/{provider}/activities",
    "completions_create": "/v1/providers/{provider}/activities/100000001/completions",
    "imports_create": "/v1/providers/{provider}/imports?kind=activities&format=ndjson",
    "keys_create": "/v1/providers/{provider}/keys",
    "credentials_create": "/v1/credentials",
    "providers_create": "/v1/providers",
    "accreditors_create": "/v1/accreditors",
}
SEVERAL: Final = {
    "activities_batch": "/v1/providers/{provider}/activities/batch",
    "activities_close_many": "/v1/providers/{provider}/activities/close",
    "completions_batch": "/v1/providers/{provider}/activities/100000001/completions/batch",
}
WITHOUT_VERSION: Final = {
    "imports_cancel": ("DELETE", "/v1/providers/{provider}/imports/imp_none"),
    "keys_revoke": ("DELETE", "/v1/providers/{provider}/keys/cred_0000000000000000"),
    "credentials_revoke": ("DELETE", "/v1/credentials/cred_0000000000000000"),
    "accreditors_set_deadline": ("PUT", "/v1/accreditors/ACCME/deadlines/2026"),
    "accreditors_unset_deadline": ("DELETE", "/v1/accreditors/ACCME/deadlines/2026"),
}
ELSEWHERE: Final = {
    "sandbox_reset": "tests/sandbox calls it, with a test key",
    "oauth_token": "RFC 6749 says how it is called; it writes nothing that has a version",
}
CALLS: Final = {
    **{name: ("POST", url) for name, url in (MADE_ANEW | SEVERAL).items()},
    **WITHOUT_VERSION,
}


@pytest.fixture
def callers(app: FastAPI, database: Database) -> Callers:
    return Callers(app, database)


async def caller_of(name: str, callers: Callers, provider: ReportingProvider) -> httpx.AsyncClient:
    if name.startswith("accreditors_") and name != "accreditors_create":
        return await callers.accreditor()
    if name.startswith(("credentials_", "providers_", "accreditors_")):
        return await callers.operator()
    return provider.client


def test_every_write_takes_a_version_or_stands_in_this_table(app: FastAPI) -> None:
    without = {
        operation["operationId"]
        for methods in app.openapi()["paths"].values()
        for method, operation in methods.items()
        if method != "get"
        and all(one["name"] != "If-Match" for one in operation.get("parameters", ()))
    }
    assert without == CALLS.keys() | ELSEWHERE.keys()


@pytest.mark.parametrize("name", CALLS)
async def test_a_version_of_what_has_none_is_refused(
    provider: ReportingProvider, callers: Callers, name: str
) -> None:
    method, url = CALLS[name]
    client = await caller_of(name, callers, provider)
    place = url.format(provider=provider.provider_id)
    reply = await client.request(method, place, headers={"If-Match": '"1"'})
    assert (reply.status_code, reply.json()["code"]) == (412, "precondition.failed")
    why = "new record" if name in MADE_ANEW else "several" if name in SEVERAL else "has none"
    assert why in reply.json()["detail"]
    unreadable = await client.request(method, place, headers={"If-Match": "1"})
    assert unreadable.json()["code"] == "precondition.malformed"


async def test_nothing_is_made_when_a_version_of_it_was_asked_for(
    provider: ReportingProvider,
) -> None:
    calls: list[tuple[str, dict[str, Any]]] = [
        (provider.activities, {"json": draft_activity()}),
        (
            f"{provider.activities}/batch",
            {"json": {"records": [{"action": "upsert", "activity": draft_activity()}]}},
        ),
        (
            imports_of(provider),
            {
                "params": {"kind": "activities", "format": "ndjson"},
                "content": ndjson([complete_activity()]),
            },
        ),
    ]
    for url, sent in calls:
        reply = await provider.client.post(url, headers={"If-Match": '"1"'}, **sent)
        assert reply.status_code == 412
    assert (await provider.client.get(provider.activities)).json()["data"] == []
    assert (await provider.client.get(imports_of(provider))).json()["data"] == []


async def test_what_asks_for_no_version_in_particular_is_not_held_against_one(
    provider: ReportingProvider,
) -> None:
    made = await provider.client.post(
        provider.activities, json=draft_activity(), headers={"If-Match": "*"}
    )
    assert made.status_code == 201
    keys = f"/v1/providers/{provider.provider_id}/keys"
    place = (await provider.client.post(keys, json={"name": "a key"})).headers["location"]
    refused = await provider.client.delete(place, headers={"If-Match": '"1"'})
    assert refused.status_code == 412
    assert (await provider.client.get(place)).json()["state"] == "live"
    revoked = await provider.client.delete(place, headers={"If-Match": "*"})
    assert revoked.status_code == 204
    assert (await provider.client.get(place)).json()["state"] == "revoked"


async def test_a_record_of_a_batch_carries_the_version_it_is_based_on(
    provider: ReportingProvider,
) -> None:
    made = (await provider.client.post(provider.activities, json=draft_activity())).json()
    sent = draft_activity(activity_id=made["activity_id"], title="Another", version=2)
    records = [{"action": "upsert", "activity": sent}]
    reply = await provider.client.post(f"{provider.activities}/batch", json={"records": records})
    (problem,) = [row["problem"] for row in reply.json()["results"]]
    assert (problem["code"], problem["errors"][0]["pointer"]) == ("read_only", "/version")
