from typing import get_args

import pytest

from app.contacts.roles import ROLES
from app.contacts.schemas import RoleName
from tests.harness import ReportingProvider
from tests.people import contacts_of, enter, holders

SINGLE = [role.code for role in ROLES.values() if role.is_single]
VACANT_AT_WILL = [role.code for role in ROLES.values() if not role.required]


def test_the_table_says_how_many_hold_a_role_and_who_stands_in() -> None:
    assert {role.code: (role.most, role.required, role.fallback) for role in ROLES.values()} == {
        "primary": (1, True, None),
        "billing": (1, False, "primary"),
        "ceo": (1, False, None),
        "staff": (None, False, None),
        "website": (1, False, "primary"),
        "technical": (1, False, None),
        "medical_director": (1, False, None),
    }


def test_what_clients_may_send_as_a_role_is_what_the_table_has() -> None:
    assert get_args(RoleName) == tuple(ROLES)


async def test_the_roles_are_listed_even_before_anybody_holds_one(
    provider: ReportingProvider,
) -> None:
    reply = await provider.client.get(f"{contacts_of(provider)}/roles")
    assert reply.status_code == 200
    assert [row["role"] for row in reply.json()["data"]] == list(ROLES)
    assert all(row["holders"] == [] for row in reply.json()["data"])
    assert all(row["resolved"] is None for row in reply.json()["data"])
    assert reply.json()["review_due"] is None


@pytest.mark.parametrize("role", ["billing", "website"])
async def test_the_primary_contact_stands_in_while_a_role_is_vacant(
    provider: ReportingProvider, role: str
) -> None:
    primary = await enter(provider, "primary")
    url = f"{contacts_of(provider)}/roles/{role}"
    vacant = (await provider.client.get(url)).json()
    assert vacant["holders"] == []
    assert vacant["resolved"]["contact_id"] == primary["contact_id"]
    assert vacant["fallback_from"] == "primary"
    assert vacant["resolved"]["roles"] == ["primary"]
    own = await enter(provider, role)
    held = (await provider.client.get(url)).json()
    assert held["resolved"]["contact_id"] == own["contact_id"]
    assert held["fallback_from"] is None


async def test_a_fallback_follows_the_primary_contact_and_is_never_copied(
    provider: ReportingProvider,
) -> None:
    await enter(provider, "primary")
    other = await enter(provider, "staff")
    await provider.client.put(
        f"{contacts_of(provider)}/roles/primary", json={"contact_id": other["contact_id"]}
    )
    billing = (await provider.client.get(f"{contacts_of(provider)}/roles/billing")).json()
    assert billing["resolved"]["contact_id"] == other["contact_id"]
    assert billing["holders"] == []


@pytest.mark.parametrize("role", ["ceo", "technical", "medical_director"])
async def test_nobody_stands_in_for_the_other_roles(provider: ReportingProvider, role: str) -> None:
    await enter(provider, "primary")
    vacant = (await provider.client.get(f"{contacts_of(provider)}/roles/{role}")).json()
    assert (vacant["resolved"], vacant["fallback_from"]) == (None, None)


@pytest.mark.parametrize("role", SINGLE)
async def test_putting_somebody_into_a_role_replaces_the_holder_in_one_step(
    provider: ReportingProvider, role: str
) -> None:
    first = await enter(provider, *{"primary", role})
    second = await enter(provider, "staff")
    url = f"{contacts_of(provider)}/roles/{role}"
    reply = await provider.client.put(url, json={"contact_id": second["contact_id"]})
    assert reply.status_code == 200
    assert [one["contact_id"] for one in reply.json()["holders"]] == [second["contact_id"]]
    assert await holders(provider, role) == [second["contact_id"]]
    before = await provider.client.get(f"{contacts_of(provider)}/{first['contact_id']}")
    assert role not in before.json()["roles"]
    assert before.json()["version"] == 2


async def test_putting_the_holder_again_changes_nothing(provider: ReportingProvider) -> None:
    primary = await enter(provider, "primary")
    url = f"{contacts_of(provider)}/roles/primary"
    before = await provider.client.get(url)
    again = await provider.client.put(url, json={"contact_id": primary["contact_id"]})
    assert again.json() == before.json()
    assert again.headers["etag"] == before.headers["etag"]


async def test_one_person_holds_several_roles(provider: ReportingProvider) -> None:
    contact = await enter(provider, "primary", "billing", "ceo", "medical_director", "staff")
    for role in ("primary", "billing", "ceo", "medical_director", "staff"):
        assert await holders(provider, role) == [contact["contact_id"]]


async def test_many_are_staff_and_a_put_names_all_of_them(provider: ReportingProvider) -> None:
    one = await enter(provider, "primary", "staff")
    two = await enter(provider, "staff")
    three = await enter(provider)
    url = f"{contacts_of(provider)}/roles/staff"
    reply = await provider.client.put(
        url, json={"contact_ids": [two["contact_id"], three["contact_id"]]}
    )
    assert reply.status_code == 200
    assert reply.json()["max"] is None
    assert await holders(provider, "staff") == [two["contact_id"], three["contact_id"]]
    assert await holders(provider, "primary") == [one["contact_id"]]


@pytest.mark.parametrize("role", VACANT_AT_WILL)
async def test_any_role_but_the_primary_can_be_left_vacant(
    provider: ReportingProvider, role: str
) -> None:
    await enter(provider, "primary", role)
    url = f"{contacts_of(provider)}/roles/{role}"
    assert (await provider.client.delete(url)).status_code == 204
    assert await holders(provider, role) == []
    assert (await provider.client.delete(url)).status_code == 204


async def test_the_primary_role_cannot_be_left_vacant(provider: ReportingProvider) -> None:
    primary = await enter(provider, "primary")
    reply = await provider.client.delete(f"{contacts_of(provider)}/roles/primary")
    assert (reply.status_code, reply.json()["code"]) == (409, "contact.primary_required")
    assert await holders(provider, "primary") == [primary["contact_id"]]


async def test_a_role_is_given_to_contacts_that_exist_only(provider: ReportingProvider) -> None:
    primary = await enter(provider, "primary")
    single = await provider.client.put(
        f"{contacts_of(provider)}/roles/primary", json={"contact_id": "999999999"}
    )
    assert (single.status_code, single.json()["code"]) == (422, "contact.unknown")
    many = await provider.client.put(
        f"{contacts_of(provider)}/roles/staff",
        json={"contact_ids": [primary["contact_id"], "999999999"]},
    )
    assert [error["pointer"] for error in many.json()["errors"]] == ["/contact_ids/1"]
    assert await holders(provider, "primary") == [primary["contact_id"]]
    assert await holders(provider, "staff") == []


@pytest.mark.parametrize(
    ("role", "body", "code"),
    [
        ("primary", {"contact_ids": ["500000001"]}, "request.invalid"),
        ("staff", {"contact_id": "500000001"}, "request.invalid"),
        ("primary", {"contact_id": 500000001}, "field.type"),
        ("staff", {"contact_ids": ["500000001", "500000001"]}, "list.repeated"),
        ("billing", {"contact_id": None}, "field.type"),
    ],
)
async def test_a_body_of_the_wrong_shape_is_refused(
    provider: ReportingProvider, role: str, body: dict[str, object], code: str
) -> None:
    reply = await provider.client.put(f"{contacts_of(provider)}/roles/{role}", json=body)
    assert (reply.status_code, reply.json()["code"]) == (422, code)


async def test_an_unknown_role_is_told_with_the_nearest_one(provider: ReportingProvider) -> None:
    reply = await provider.client.get(f"{contacts_of(provider)}/roles/medical-director")
    assert (reply.status_code, reply.json()["code"]) == (404, "contact.role_unknown")
    assert reply.json()["did_you_mean"] == ["medical_director"]


async def test_the_etag_of_a_role_moves_with_any_change_of_the_contacts(
    provider: ReportingProvider,
) -> None:
    await enter(provider, "primary")
    url = f"{contacts_of(provider)}/roles/billing"
    tag = (await provider.client.get(url)).headers["etag"]
    unchanged = await provider.client.get(url, headers={"If-None-Match": tag})
    assert unchanged.status_code == 304
    other = await enter(provider, "staff")
    stale = await provider.client.put(
        url, json={"contact_id": other["contact_id"]}, headers={"If-Match": tag}
    )
    assert stale.status_code == 412
    fresh = (await provider.client.get(url)).headers["etag"]
    put = await provider.client.put(
        url, json={"contact_id": other["contact_id"]}, headers={"If-Match": fresh}
    )
    assert put.status_code == 200
