"""Contacts: entered, changed, listed and deleted."""

from typing import Any

import httpx
import pytest

from app.core.database import Database, Transaction
from tests.harness import ReportingProvider
from tests.people import contacts_of, enter, history, holders, person


async def test_a_contact_is_entered_and_read_back(provider: ReportingProvider) -> None:
    reply = await provider.client.post(contacts_of(provider), json=person("primary", "website"))
    assert reply.status_code == 201
    contact = reply.json()
    assert reply.headers["etag"] == '"1"'
    assert reply.headers["location"] == f"{contacts_of(provider)}/{contact['contact_id']}"
    assert contact.items() >= person("primary", "website").items()
    read = await provider.client.get(reply.headers["location"])
    assert read.json() | {"meta": {"unchanged": False}} == contact


async def test_the_first_contact_must_be_the_primary_one(provider: ReportingProvider) -> None:
    for roles in ([], ["staff"], ["billing", "ceo"]):
        reply = await provider.client.post(contacts_of(provider), json=person(*roles))
        assert reply.status_code == 422
        assert reply.json()["code"] == "contact.primary_required"
        assert reply.json()["errors"][0]["pointer"] == "/roles"
    assert (await provider.client.get(contacts_of(provider))).json()["data"] == []


async def test_the_primary_contact_cannot_be_deleted(provider: ReportingProvider) -> None:
    primary = await enter(provider, "primary")
    reply = await provider.client.delete(f"{contacts_of(provider)}/{primary['contact_id']}")
    assert (reply.status_code, reply.json()["code"]) == (409, "contact.primary_required")
    assert await holders(provider, "primary") == [primary["contact_id"]]


async def test_another_contact_is_deleted_together_with_its_roles(
    provider: ReportingProvider,
) -> None:
    await enter(provider, "primary")
    other = await enter(provider, "billing", "staff")
    url = f"{contacts_of(provider)}/{other['contact_id']}"
    assert (await provider.client.delete(url)).status_code == 204
    assert (await provider.client.get(url)).status_code == 404
    assert await holders(provider, "billing") == []
    assert await holders(provider, "staff") == []


async def test_a_patch_changes_what_it_names_and_nothing_else(provider: ReportingProvider) -> None:
    contact = await enter(provider, "primary", "ceo")
    url = f"{contacts_of(provider)}/{contact['contact_id']}"
    reply = await provider.client.patch(
        url, json={"job_title": None, "email": "office@example.org"}, headers={"If-Match": '"1"'}
    )
    assert reply.status_code == 200
    assert reply.headers["etag"] == '"2"'
    assert reply.json()["job_title"] is None
    assert reply.json()["email"] == "office@example.org"
    assert reply.json()["roles"] == ["primary", "ceo"]
    assert reply.json()["phone"] == contact["phone"]


async def test_a_patch_that_changes_nothing_makes_no_version(
    provider: ReportingProvider, database: Database
) -> None:
    contact = await enter(provider, "primary")
    url = f"{contacts_of(provider)}/{contact['contact_id']}"
    reply = await provider.client.patch(url, json=contact, headers={"If-Match": '"1"'})
    assert (reply.status_code, reply.headers["etag"]) == (200, '"1"')
    assert reply.json()["meta"] == {"unchanged": True}
    assert len(await history(database, provider.provider_id)) == 1


async def test_a_patch_needs_the_current_etag(provider: ReportingProvider) -> None:
    contact = await enter(provider, "primary")
    url = f"{contacts_of(provider)}/{contact['contact_id']}"
    without = await provider.client.patch(url, json={"job_title": "Dean"})
    assert (without.status_code, without.json()["code"]) == (428, "precondition.required")
    stale = await provider.client.patch(
        url, json={"job_title": "Dean"}, headers={"If-Match": '"7"'}
    )
    assert (stale.status_code, stale.json()["code"]) == (412, "precondition.failed")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "", person("staff")),
        ("POST", "/confirm", None),
        ("PUT", "/roles/billing", {"contact_id": "{id}"}),
        ("DELETE", "/roles/technical", None),
        ("DELETE", "/{id}", None),
    ],
)
async def test_every_other_write_honours_a_stale_etag(
    provider: ReportingProvider, method: str, path: str, body: dict[str, Any] | None
) -> None:
    await enter(provider, "primary")
    other = await enter(provider, "technical")
    filled = body and {
        name: other["contact_id"] if value == "{id}" else value for name, value in body.items()
    }
    url = contacts_of(provider) + path.format(id=other["contact_id"])
    reply = await provider.client.request(method, url, json=filled, headers={"If-Match": '"4711"'})
    assert reply.status_code == 412
    assert await holders(provider, "technical") == [other["contact_id"]]
    assert await holders(provider, "billing") == []


async def test_a_role_of_one_is_not_taken_from_its_holder_by_the_way(
    provider: ReportingProvider,
) -> None:
    await enter(provider, "primary")
    holder = await enter(provider, "billing", given_name="Bill", family_name="Ng")
    staff = await enter(provider, "staff")
    created = await provider.client.post(contacts_of(provider), json=person("staff", "billing"))
    patched = await provider.client.patch(
        f"{contacts_of(provider)}/{staff['contact_id']}",
        json={"roles": ["staff", "billing", "primary"]},
        headers={"If-Match": "*"},
    )
    for reply in (created, patched):
        assert (reply.status_code, reply.json()["code"]) == (409, "contact.role_taken")
        assert holder["contact_id"] in [one["contact_id"] for one in reply.json()["related"]]
    assert "Bill Ng is the billing contact." in created.json()["detail"]
    assert [error["value"] for error in patched.json()["errors"]] == ["primary", "billing"]
    assert await holders(provider, "billing") == [holder["contact_id"]]


async def test_a_patch_cannot_leave_the_primary_role_vacant(provider: ReportingProvider) -> None:
    primary = await enter(provider, "primary", "staff")
    url = f"{contacts_of(provider)}/{primary['contact_id']}"
    for roles in (["staff"], [], None):
        reply = await provider.client.patch(url, json={"roles": roles}, headers={"If-Match": "*"})
        assert (reply.status_code, reply.json()["code"]) == (409, "contact.primary_required")


async def test_validate_only_answers_as_the_real_call_and_keeps_nothing(
    provider: ReportingProvider,
) -> None:
    url = f"{contacts_of(provider)}?validate_only=true"
    reply = await provider.client.post(url, json=person("primary"))
    assert reply.status_code == 201
    assert reply.headers["validate-only"] == "true"
    refused = await provider.client.post(url, json=person("staff"))
    assert refused.json()["code"] == "contact.primary_required"
    assert (await provider.client.get(contacts_of(provider))).json()["data"] == []


async def test_another_providers_contacts_are_not_there(
    provider: ReportingProvider, other_provider: ReportingProvider
) -> None:
    theirs = await enter(other_provider, "primary")
    await enter(provider, "primary")
    under_mine = await provider.client.get(f"{contacts_of(provider)}/{theirs['contact_id']}")
    under_theirs = await provider.client.get(
        f"{contacts_of(other_provider)}/{theirs['contact_id']}"
    )
    assert (under_mine.status_code, under_theirs.status_code) == (404, 404)
    put = await provider.client.put(
        f"{contacts_of(provider)}/roles/primary", json={"contact_id": theirs["contact_id"]}
    )
    assert (put.status_code, put.json()["code"]) == (422, "contact.unknown")


async def test_the_database_shows_no_contacts_without_a_provider(
    provider: ReportingProvider, database: Database
) -> None:
    await enter(provider, "primary")

    async def count(transaction: Transaction) -> list[int]:
        return [
            await transaction.driver.fetchval(f"SELECT count(*) FROM {table}")  # noqa: S608
            for table in ("contacts", "contact_roles", "contact_history")
        ]

    assert await database.run(None, count) == [0, 0, 0]


async def test_the_list_is_walked_by_name_and_each_contact_comes_once(
    provider: ReportingProvider,
) -> None:
    await enter(provider, "primary", family_name="Miller", given_name="Zoe")
    for family_name, given_name in (("Adams", "Ann"), ("Miller", "Al"), ("Young", "Bo")):
        await enter(provider, "staff", family_name=family_name, given_name=given_name)
    seen: list[str] = []
    url: str | None = f"{contacts_of(provider)}?limit=1"
    while url:
        reply = await provider.client.get(url)
        seen += [f"{one['given_name']} {one['family_name']}" for one in reply.json()["data"]]
        url = reply.links["next"]["url"] if "next" in reply.links else None
    assert seen == ["Ann Adams", "Al Miller", "Zoe Miller", "Bo Young"]


async def test_a_cursor_of_another_provider_is_refused(
    provider: ReportingProvider, other_provider: ReportingProvider
) -> None:
    for one in (provider, other_provider):
        await enter(one, "primary")
        await enter(one, "staff")
    page = (await other_provider.client.get(f"{contacts_of(other_provider)}?limit=1")).json()
    reply = await provider.client.get(
        contacts_of(provider), params={"cursor": page["page"]["next_cursor"]}
    )
    assert (reply.status_code, reply.json()["code"]) == (400, "cursor.invalid")


async def test_contacts_need_a_key(
    anonymous: httpx.AsyncClient, provider: ReportingProvider
) -> None:
    assert (await anonymous.get(contacts_of(provider))).status_code == 401
