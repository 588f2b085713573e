from typing import Any

import httpx
import pytest

from app.core.database import Database, Transaction
from tests.harness import FixedClock, ReportingProvider
from tests.people import contacts_of, enter, holders, person


async def history(database: Database, provider_id: str) -> list[dict[str, Any]]:
    async def read(transaction: Transaction) -> list[dict[str, Any]]:
        rows = await transaction.driver.fetch(
            "SELECT * FROM contact_history WHERE provider_id = $1 ORDER BY contact_id, version",
            provider_id,
        )
        return [dict(row) for row in rows]

    return await database.run(provider_id, read)


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


async def test_all_that_is_wrong_with_a_contact_is_told_at_once(
    provider: ReportingProvider,
) -> None:
    reply = await provider.client.post(
        contacts_of(provider),
        json={
            "given_name": "",
            "email": "nobody at home",
            "phone": "(916) 555-0123",
            "roles": ["primary", "primery"],
            "nickname": "M",
        },
    )
    assert reply.status_code == 422
    found = {error["pointer"]: error for error in reply.json()["errors"]}
    assert {pointer: error["code"] for pointer, error in found.items()} == {
        "/given_name": "text.empty",
        "/family_name": "field.required",
        "/email": "email.invalid",
        "/phone": "phone.invalid",
        "/roles/1": "field.enum",
        "/nickname": "field.unknown",
    }
    assert found["/phone"]["did_you_mean"] == ["+19165550123"]
    assert found["/roles/1"]["did_you_mean"][0] == "primary"


@pytest.mark.parametrize(
    ("phone", "meant"),
    [
        ("916-555-0123", ["+19165550123"]),
        ("+1 916 555 0123", ["+19165550123"]),
        ("9165550123", ["+19165550123"]),
        ("+44 20 7946 0958", ["+442079460958"]),
        ("+19165550123;ext=5", ["+19165550123"]),
        ("+1916", []),
        ("+15555550123", []),
        ("call me", []),
    ],
)
async def test_a_phone_number_is_never_rewritten_only_suggested(
    provider: ReportingProvider, phone: str, meant: list[str]
) -> None:
    reply = await provider.client.post(contacts_of(provider), json=person("primary", phone=phone))
    assert (reply.status_code, reply.json()["code"]) == (422, "phone.invalid")
    assert reply.json()["errors"][0]["did_you_mean"] == meant


@pytest.mark.parametrize("email", ["a", "a@b", "a b@example.org", "@example.org", "a@x.test", ""])
async def test_what_is_no_email_address_is_refused(provider: ReportingProvider, email: str) -> None:
    reply = await provider.client.post(contacts_of(provider), json=person("primary", email=email))
    assert (reply.status_code, reply.json()["code"]) == (422, "email.invalid")


async def test_a_role_named_twice_is_refused(provider: ReportingProvider) -> None:
    reply = await provider.client.post(contacts_of(provider), json=person("primary", "primary"))
    assert (reply.status_code, reply.json()["code"]) == (422, "list.repeated")


async def test_what_is_the_servers_may_come_back_unchanged_only(
    provider: ReportingProvider,
) -> None:
    contact = await enter(provider, "primary")
    reply = await provider.client.patch(
        f"{contacts_of(provider)}/{contact['contact_id']}",
        json={"contact_id": contact["contact_id"], "version": 9},
        headers={"If-Match": "*"},
    )
    assert (reply.status_code, reply.json()["code"]) == (422, "read_only")
    assert [error["pointer"] for error in reply.json()["errors"]] == ["/version"]


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


async def test_confirming_is_due_a_year_after_the_first_contact_and_then_each_year(
    provider: ReportingProvider, clock: FixedClock
) -> None:
    clock.set("2024-02-29")
    await enter(provider, "primary")
    url = contacts_of(provider)
    fresh = (await provider.client.get(url)).json()
    assert fresh["last_reviewed_at"] is None
    assert (fresh["review_due"], fresh["review_overdue"]) == ("2025-02-28", False)
    clock.set("2025-03-01")
    for stale in (await provider.client.get(url), await provider.client.get(f"{url}/roles")):
        assert stale.json()["review_due"] == "2025-02-28"
        assert stale.json()["review_overdue"] is True
    confirmed = await provider.client.post(f"{url}/confirm")
    assert confirmed.status_code == 200
    assert confirmed.json() == {
        "last_reviewed_at": "2025-03-01T18:00:00Z",
        "review_due": "2026-03-01",
        "review_overdue": False,
    }
    listed = (await provider.client.get(url)).json()
    assert {name: listed[name] for name in confirmed.json()} == confirmed.json()
    assert listed["data"][0]["last_reviewed_at"] == "2025-03-01T18:00:00Z"


async def test_there_is_nothing_to_confirm_before_the_primary_contact(
    provider: ReportingProvider,
) -> None:
    reply = await provider.client.post(f"{contacts_of(provider)}/confirm")
    assert (reply.status_code, reply.json()["code"]) == (409, "contact.primary_required")


async def test_every_change_is_in_the_audit_trail(
    provider: ReportingProvider, database: Database
) -> None:
    first = await enter(provider, "primary")
    url = f"{contacts_of(provider)}/{first['contact_id']}"
    await provider.client.patch(url, json={"job_title": "Dean"}, headers={"If-Match": "*"})
    second = await enter(provider, "staff")
    replaced = await provider.client.put(
        f"{contacts_of(provider)}/roles/primary", json={"contact_id": second["contact_id"]}
    )
    await provider.client.post(f"{contacts_of(provider)}/confirm")
    await provider.client.delete(url)
    rows = await history(database, provider.provider_id)
    assert [(row["contact_id"], row["version"], row["action"]) for row in rows] == [
        (first["contact_id"], 1, "created"),
        (first["contact_id"], 2, "updated"),
        (first["contact_id"], 3, "roles_changed"),
        (first["contact_id"], 4, "reviewed"),
        (first["contact_id"], 5, "deleted"),
        (second["contact_id"], 1, "created"),
        (second["contact_id"], 2, "roles_changed"),
        (second["contact_id"], 3, "reviewed"),
    ]
    assert rows[1]["changes"] == [
        {"pointer": "/job_title", "before": "Director of CME", "after": "Dean"}
    ]
    assert rows[2]["changes"] == [{"pointer": "/roles", "before": ["primary"], "after": []}]
    assert rows[2]["request_id"] == replaced.headers["x-request-id"]
    assert rows[2]["actor_kind"] == "provider"


@pytest.mark.parametrize(
    "deed", ["UPDATE contact_history SET action = ''", "DELETE FROM contact_history"]
)
async def test_the_application_cannot_change_the_audit_trail(
    provider: ReportingProvider, database: Database, deed: str
) -> None:
    async def tamper(transaction: Transaction) -> None:
        await transaction.driver.execute(deed)

    with pytest.raises(Exception, match="permission denied"):
        await database.run(provider.provider_id, tamper)


async def test_contacts_need_a_key(
    anonymous: httpx.AsyncClient, provider: ReportingProvider
) -> None:
    assert (await anonymous.get(contacts_of(provider))).status_code == 401
