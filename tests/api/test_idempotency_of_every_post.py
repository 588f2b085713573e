"""An `Idempotency-Key` is honoured by every POST, also where the answer cannot be given twice."""

import itertools
from typing import Any, Final

import pytest
from fastapi import FastAPI

from app.core.database import Database
from tests.builders import complete_activity
from tests.credentials import Callers
from tests.harness import ReportingProvider
from tests.imports_support import imports_of, ndjson

KEY = {"Idempotency-Key": "one-and-the-same"}
FILE = ndjson([complete_activity()])
OUTSIDE: Final = {
    "oauth_token": "RFC 6749 says how it is called; another token changes nothing that is kept",
}

_numbers = itertools.count(7_940_001)


@pytest.fixture
def callers(app: FastAPI, database: Database) -> Callers:
    return Callers(app, database)


def test_the_document_says_of_every_post_that_it_takes_a_key(app: FastAPI) -> None:
    without = {
        methods["post"]["operationId"]
        for methods in app.openapi()["paths"].values()
        if "post" in methods
        and all(one["name"] != "Idempotency-Key" for one in methods["post"].get("parameters", ()))
    }
    assert without == OUTSIDE.keys()


async def test_a_key_is_issued_once_and_its_secret_is_not_shown_again(
    provider: ReportingProvider,
) -> None:
    keys = f"/v1/providers/{provider.provider_id}/keys"
    before = (await provider.client.get(keys)).json()["data"]
    first = await provider.client.post(keys, json={"name": "reports"}, headers=KEY)
    assert first.status_code == 201
    assert first.json()["key"].startswith("pars_live_")

    again = await provider.client.post(keys, json={"name": "reports"}, headers=KEY)
    problem = again.json()
    assert (again.status_code, problem["code"]) == (409, "credential.issued_already")
    credential_id = first.json()["credential_id"]
    assert credential_id in problem["detail"]
    place = first.headers["location"]
    assert problem["related"] == [{"credential_id": credential_id, "href": place}]
    assert first.json()["key"] not in again.text
    assert len((await provider.client.get(keys)).json()["data"]) == len(before) + 1

    other = await provider.client.post(keys, json={"name": "other"}, headers=KEY)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency.key_reused")


async def test_the_secret_of_an_issued_key_is_not_kept_with_the_answer(
    provider: ReportingProvider, database: Database
) -> None:
    keys = f"/v1/providers/{provider.provider_id}/keys"
    issued = (await provider.client.post(keys, json={"name": "reports"}, headers=KEY)).json()
    me = (await provider.client.get("/v1/me")).json()["credential_id"]
    kept = await database.run(
        None,
        lambda transaction: transaction.driver.fetchval(
            "SELECT body FROM idempotency_keys WHERE credential_id = $1", me
        ),
    )
    assert issued["credential_id"].encode() in kept
    assert issued["key"].encode() not in kept


async def test_a_credential_of_the_register_is_issued_once(callers: Callers) -> None:
    operator = await callers.operator()
    wanted = {"kind": "operator", "name": "second desk", "scopes": ["providers:admin"]}
    first = await operator.post("/v1/credentials", json=wanted, headers=KEY)
    again = await operator.post("/v1/credentials", json=wanted, headers=KEY)
    assert (first.status_code, again.status_code) == (201, 409)
    assert again.json()["related"][0]["credential_id"] == first.json()["credential_id"]


async def test_what_is_entered_into_the_register_twice_is_answered_as_the_first_time(
    callers: Callers,
) -> None:
    operator = await callers.operator()
    number = str(next(_numbers))
    calls: list[tuple[str, dict[str, Any]]] = [
        ("/v1/accreditors", {"accreditor_id": f"A{number}", "name": "An accreditor"}),
        ("/v1/providers", {"provider_id": number, "name": "A", "accreditor": f"A{number}"}),
    ]
    for url, wanted in calls:
        headers = {"Idempotency-Key": url}
        first = await operator.post(url, json=wanted, headers=headers)
        again = await operator.post(url, json=wanted, headers=headers)
        assert (first.status_code, again.status_code) == (201, 201)
        assert again.headers["idempotent-replayed"] == "true"
        assert (again.content, again.headers.get("location")) == (
            first.content,
            first.headers.get("location"),
        )


async def test_a_forced_file_is_one_import_under_one_key(provider: ReportingProvider) -> None:
    params = {"kind": "activities", "format": "ndjson", "force": "true"}
    url = imports_of(provider)
    first = await provider.client.post(url, params=params, content=FILE, headers=KEY)
    # The same bytes are the same call, whether they come as the body or in a form.
    form = {"file": ("year.ndjson", FILE, "application/x-ndjson")}
    again = await provider.client.post(url, params=params, files=form, headers=KEY)
    assert (first.status_code, again.status_code) == (202, 202)
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert again.content == first.content
    (only,) = (await provider.client.get(url)).json()["data"]
    assert only["import_id"] == first.json()["import_id"]


async def test_nothing_is_left_of_a_file_that_was_sent_again(
    provider: ReportingProvider, database: Database
) -> None:
    params = {"kind": "activities", "format": "ndjson"}
    for _ in range(2):
        await provider.client.post(imports_of(provider), params=params, content=FILE, headers=KEY)
    left = await database.run(
        provider.provider_id,
        lambda transaction: transaction.driver.fetchval(
            "SELECT count(*) FROM import_pieces WHERE provider_id = $1", provider.provider_id
        ),
    )
    assert left == 1


@pytest.mark.parametrize("other", ["another file", "another query"])
async def test_a_key_is_not_taken_for_another_file(provider: ReportingProvider, other: str) -> None:
    params = {"kind": "activities", "format": "ndjson"}
    url = imports_of(provider)
    first = await provider.client.post(url, params=params, content=FILE, headers=KEY)
    if other == "another file":
        sent = ndjson([complete_activity(internal_id="OTHER")])
        reply = await provider.client.post(url, params=params, content=sent, headers=KEY)
    else:
        changed = {**params, "dry_run": "true"}
        reply = await provider.client.post(url, params=changed, content=FILE, headers=KEY)
    assert (reply.status_code, reply.json()["code"]) == (422, "idempotency.key_reused")
    (only,) = (await provider.client.get(url)).json()["data"]
    assert only["import_id"] == first.json()["import_id"]


async def test_a_key_that_cannot_be_read_is_refused_before_the_file(
    provider: ReportingProvider,
) -> None:
    params = {"kind": "activities", "format": "ndjson"}
    headers = {"Idempotency-Key": "two words"}
    reply = await provider.client.post(
        imports_of(provider), params=params, content=FILE, headers=headers
    )
    assert (reply.status_code, reply.json()["code"]) == (400, "idempotency.key_malformed")
