"""What may stand in a contact, and what is said about what may not."""

import pytest

from tests.harness import ReportingProvider
from tests.people import contacts_of, enter, person


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


async def test_an_email_address_that_is_far_too_long_is_not_looked_at(
    provider: ReportingProvider,
) -> None:
    far_too_long = person("primary", email=f"{'a' * 1_000_000}@hospital.org")
    problem = (await provider.client.post(contacts_of(provider), json=far_too_long)).json()
    assert problem["errors"][0]["message"] == "An e-mail address has 254 characters at most."


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
