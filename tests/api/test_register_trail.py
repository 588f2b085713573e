"""Each change of a credential or an accreditor is in a trail: who, when, what, by which call."""

import itertools
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.core.database import Database, Transaction
from app.core.row_scope import REGISTRY, Rows, of_accreditor
from tests.credentials import Callers
from tests.harness import ReportingProvider

_numbers = itertools.count(1)


@pytest.fixture
def callers(app: FastAPI, database: Database) -> Callers:
    return Callers(app, database)


@pytest.fixture
async def operator(callers: Callers) -> httpx.AsyncClient:
    return await callers.operator()


class Trail:
    """Reads the trails of the register as one of its roles."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, table: str, whom: str, rows: Rows = REGISTRY) -> list[dict[str, Any]]:
        """Return the entries about a credential or an accreditor, the first one first."""
        column = "changed_credential_id" if table == "credential_history" else "accreditor_id"

        async def read(transaction: Transaction) -> list[dict[str, Any]]:
            found = await transaction.driver.fetch(
                f"SELECT action, actor_kind, credential_id, request_id, changes::text, at"  # noqa: S608
                f" FROM {table} WHERE {column} = $1 ORDER BY change_number",
                whom,
            )
            return [dict(row) for row in found]

        return await self._database.run(rows, read)


@pytest.fixture
def trail(database: Database) -> Trail:
    return Trail(database)


async def identity(client: httpx.AsyncClient) -> str:
    known: str = (await client.get("/v1/me")).json()["credential_id"]
    return known


def said(entries: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    names = ("action", "actor_kind", "credential_id", "request_id")
    return [tuple(entry[name] for name in names) for entry in entries]


async def test_a_withdrawn_grant_says_who_withdrew_it_and_whose_it_was(
    provider: ReportingProvider, other_provider: ReportingProvider, callers: Callers, trail: Trail
) -> None:
    both = [provider.provider_id, other_provider.provider_id]
    vendor = await callers.issued("vendor", providers=both)
    path = f"/v1/providers/{provider.provider_id}/keys/{vendor.credential_id}"
    done = await provider.client.delete(path)
    again = await provider.client.delete(path)
    assert (done.status_code, again.status_code) == (204, 404)
    _, *entries = await trail.of("credential_history", vendor.credential_id)
    me, request_id = await identity(provider.client), done.headers["x-request-id"]
    assert said(entries) == [("grant_withdrawn", "provider", me, request_id)]
    assert f'"before": ["{both[0]}", "{both[1]}"]' in entries[0]["changes"]
    assert f'"after": ["{both[1]}"]' in entries[0]["changes"]
    assert entries[0]["at"] is not None


async def test_a_key_that_is_issued_and_revoked_leaves_both_in_the_trail(
    provider: ReportingProvider, other_provider: ReportingProvider, trail: Trail
) -> None:
    keys = f"/v1/providers/{provider.provider_id}/keys"
    issued = await provider.client.post(keys, json={"name": "a key"})
    revoked = await provider.client.delete(issued.headers["location"])
    me = await identity(provider.client)
    about = issued.json()["credential_id"]
    expected = [
        ("issued", "provider", me, issued.headers["x-request-id"]),
        ("revoked", "provider", me, revoked.headers["x-request-id"]),
    ]
    entries = await trail.of("credential_history", about)
    assert said(entries) == expected
    assert issued.json()["key"] not in str(entries)
    assert said(await trail.of("credential_history", about, provider.provider_id)) == expected
    assert await trail.of("credential_history", about, other_provider.provider_id) == []


async def test_a_credential_of_the_register_leaves_the_same_trail(
    provider: ReportingProvider, operator: httpx.AsyncClient, trail: Trail
) -> None:
    wanted = {
        "kind": "vendor",
        "name": "A vendor",
        "providers": [provider.provider_id],
        "scopes": ["activities:read"],
    }
    issued = await operator.post("/v1/credentials", json=wanted)
    revoked = await operator.delete(issued.headers["location"])
    me = await identity(operator)
    entries = await trail.of("credential_history", issued.json()["credential_id"])
    assert said(entries) == [
        ("issued", "operator", me, issued.headers["x-request-id"]),
        ("revoked", "operator", me, revoked.headers["x-request-id"]),
    ]
    assert provider.provider_id in entries[0]["changes"]


async def test_an_accreditor_that_is_entered_is_in_the_trail_that_it_may_read_itself(
    operator: httpx.AsyncClient, trail: Trail
) -> None:
    entered = f"TRAIL-{next(_numbers)}"
    reply = await operator.post(
        "/v1/accreditors", json={"accreditor_id": entered, "name": "A state society"}
    )
    expected = [
        ("created", "operator", await identity(operator), reply.headers["x-request-id"]),
    ]
    entries = await trail.of("accreditor_history", entered)
    assert said(entries) == expected
    assert "A state society" in entries[0]["changes"]
    assert said(await trail.of("accreditor_history", entered, of_accreditor(entered))) == expected
    assert await trail.of("accreditor_history", entered, of_accreditor("OTHER")) == []
