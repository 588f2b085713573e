"""A vendor's system works for the providers that granted it access, and for nobody else."""

import pytest
from fastapi import FastAPI

from app.core.database import Database
from tests.builders import draft_activity
from tests.credentials import Callers
from tests.harness import ReportingProvider


@pytest.fixture
def callers(app: FastAPI, database: Database) -> Callers:
    return Callers(app, database)


async def test_one_credential_works_for_each_of_its_providers(
    provider: ReportingProvider, other_provider: ReportingProvider, callers: Callers
) -> None:
    vendor = await callers.vendor(provider.provider_id, other_provider.provider_id)
    for owner in (provider, other_provider):
        reply = await vendor.post(owner.activities, json=draft_activity())
        assert reply.status_code == 201
        url = f"{owner.activities}/{reply.json()['activity_id']}"
        entry = (await owner.client.get(f"{url}/history")).json()["data"][0]
        assert entry["actor"]["kind"] == "vendor"
    me = (await vendor.get("/v1/me")).json()
    assert me["providers"] == sorted([provider.provider_id, other_provider.provider_id])


async def test_records_of_its_providers_do_not_mix(
    provider: ReportingProvider, other_provider: ReportingProvider, callers: Callers
) -> None:
    vendor = await callers.vendor(provider.provider_id, other_provider.provider_id)
    entered = await vendor.post(provider.activities, json=draft_activity())
    activity_id = entered.json()["activity_id"]
    assert (await vendor.get(f"{provider.activities}/{activity_id}")).status_code == 200
    crossed = await vendor.get(f"{other_provider.activities}/{activity_id}")
    assert crossed.status_code == 404
    assert (await vendor.get(other_provider.activities)).json()["data"] == []


async def test_without_the_grant_nothing_is_there(
    provider: ReportingProvider, other_provider: ReportingProvider, callers: Callers
) -> None:
    vendor = await callers.vendor(provider.provider_id)
    assert (await vendor.get(other_provider.activities)).status_code == 404
    created = await vendor.post(other_provider.activities, json=draft_activity())
    assert created.status_code == 404


async def test_a_vendor_lets_nobody_else_in(provider: ReportingProvider, callers: Callers) -> None:
    vendor = await callers.vendor(provider.provider_id)
    reply = await vendor.post(f"/v1/providers/{provider.provider_id}/keys", json={"name": "x"})
    assert (reply.status_code, reply.json()["code"]) == (403, "scope.missing")
    with pytest.raises(ValueError, match="keys:admin"):
        await callers.issued("vendor", providers=[provider.provider_id], scopes=["keys:admin"])


async def test_a_provider_sees_its_vendor_without_the_vendors_other_customers_and_can_withdraw(
    provider: ReportingProvider, other_provider: ReportingProvider, callers: Callers
) -> None:
    issued = await callers.issued(
        "vendor", providers=[provider.provider_id, other_provider.provider_id]
    )
    vendor = callers.with_key(issued.key)
    assert (await vendor.get(provider.activities)).status_code == 200
    keys = f"/v1/providers/{provider.provider_id}/keys"
    listed = await provider.client.get(keys)
    (row,) = [one for one in listed.json()["data"] if one["kind"] == "vendor"]
    assert row["credential_id"] == issued.credential_id
    assert other_provider.provider_id not in listed.text
    assert (await provider.client.delete(f"{keys}/{issued.credential_id}")).status_code == 204
    assert (await vendor.get(provider.activities)).status_code == 404
    assert (await vendor.get(other_provider.activities)).status_code == 200
    assert (await provider.client.get(f"{keys}/{issued.credential_id}")).status_code == 404


async def test_only_a_provider_of_the_vendor_can_withdraw_the_grant(
    provider: ReportingProvider, other_provider: ReportingProvider, callers: Callers
) -> None:
    issued = await callers.issued("vendor", providers=[provider.provider_id])
    keys = f"/v1/providers/{other_provider.provider_id}/keys"
    refused = await other_provider.client.delete(f"{keys}/{issued.credential_id}")
    assert refused.status_code == 404
    vendor = callers.with_key(issued.key)
    assert (await vendor.get(provider.activities)).status_code == 200
