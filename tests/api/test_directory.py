from typing import Any
from uuid import uuid4

import httpx
import pytest

from app.contacts.directory import PERSON_FIELDS
from app.core.database import Database, Transaction
from app.grants import CATALOG_COLUMNS
from tests.harness import ReportingProvider
from tests.people import contacts_of, enter
from tests.registering import add_provider


async def entry(anonymous: httpx.AsyncClient, provider: ReportingProvider) -> dict[str, Any]:
    reply = await anonymous.get("/v1/directory", params={"q": f"Provider {provider.provider_id}"})
    assert reply.status_code == 200
    (found,) = reply.json()["data"]
    return dict(found)


async def test_the_directory_is_public_and_says_no_more_than_it_should(
    anonymous: httpx.AsyncClient, provider: ReportingProvider
) -> None:
    await enter(provider, "primary", "billing")
    await provider.client.patch(
        f"/v1/providers/{provider.provider_id}",
        json={"city": "Sacramento", "state": "CA", "country": "USA", "postal_code": "95816"},
        headers={"If-Match": "*"},
    )
    assert await entry(anonymous, provider) == {
        "provider_id": provider.provider_id,
        "name": f"Provider {provider.provider_id}",
        "city": "Sacramento",
        "state": "CA",
        "contact": {
            "given_name": "Program",
            "family_name": "Director",
            "email": "program.director@hospital.example.org",
            "phone": "+19165550123",
        },
    }


async def test_the_website_contact_goes_before_the_primary_one(
    anonymous: httpx.AsyncClient, provider: ReportingProvider
) -> None:
    await enter(provider, "primary", given_name="Paula")
    assert (await entry(anonymous, provider))["contact"]["given_name"] == "Paula"
    web = await enter(provider, "website", "staff", given_name="Wendy")
    await enter(provider, "staff", "ceo", given_name="Steve")
    assert (await entry(anonymous, provider))["contact"]["given_name"] == "Wendy"
    await provider.client.delete(f"{contacts_of(provider)}/{web['contact_id']}")
    assert (await entry(anonymous, provider))["contact"]["given_name"] == "Paula"


async def test_a_provider_without_contacts_is_listed_without_one(
    anonymous: httpx.AsyncClient, provider: ReportingProvider
) -> None:
    assert (await entry(anonymous, provider))["contact"] is None


async def test_a_walk_by_name_sees_each_provider_once(
    anonymous: httpx.AsyncClient, database: Database
) -> None:
    family = f"Clinic {uuid4().hex[:8]}"
    ids = [f"{9_000_000 + uuid4().int % 900_000 + place:07}" for place in range(5)]
    for place, provider_id in enumerate(ids):
        await add_provider(database, provider_id, f"{family} {place % 2}", "ACCME")
    seen: list[dict[str, Any]] = []
    params: dict[str, str] = {"q": family.upper(), "limit": "2"}
    while True:
        page = (await anonymous.get("/v1/directory", params=params)).json()
        seen += page["data"]
        if page["page"]["next_cursor"] is None:
            break
        params["cursor"] = page["page"]["next_cursor"]
    assert sorted(one["provider_id"] for one in seen) == sorted(ids)
    assert [one["name"] for one in seen] == sorted(one["name"] for one in seen)


@pytest.mark.parametrize("q", ["%", "_______ ", "Provider%"])
async def test_a_search_takes_every_character_as_it_is(
    anonymous: httpx.AsyncClient, provider: ReportingProvider, q: str
) -> None:
    del provider
    reply = await anonymous.get("/v1/directory", params={"q": q})
    assert (reply.status_code, reply.json()["data"]) == (200, [])


async def test_a_cursor_of_another_search_is_refused(
    anonymous: httpx.AsyncClient, provider: ReportingProvider, other_provider: ReportingProvider
) -> None:
    del provider, other_provider
    page = (await anonymous.get("/v1/directory", params={"q": "Provider", "limit": 1})).json()
    cursor = page["page"]["next_cursor"]
    reply = await anonymous.get("/v1/directory", params={"cursor": cursor})
    assert (reply.status_code, reply.json()["code"]) == (400, "cursor.invalid")


async def test_nothing_but_the_directory_is_open_in_the_database(
    provider: ReportingProvider, database: Database
) -> None:
    await enter(provider, "primary")

    async def look(transaction: Transaction) -> tuple[int, int, set[str]]:
        driver = transaction.driver
        columns = await driver.fetch(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_name = 'provider_directory'"
        )
        return (
            await driver.fetchval("SELECT count(*) FROM providers"),
            await driver.fetchval("SELECT count(*) FROM contacts"),
            {column["column_name"] for column in columns},
        )

    providers, contacts, columns = await database.run(None, look)
    assert (providers, contacts) == (0, 0)
    assert columns == {"provider_id", "name", "city", "state", "has_contact", *PERSON_FIELDS}


async def test_even_the_role_of_the_directory_sees_only_what_is_published(
    database: Database,
) -> None:
    async def may_read(transaction: Transaction) -> list[str]:
        rows = await transaction.driver.fetch(
            "SELECT table_name || '.' || column_name AS name"
            " FROM information_schema.columns"
            " WHERE table_schema = 'public'"
            " AND table_name NOT IN ('provider_directory', 'activity_catalog', 'alembic_version')"
            " AND has_column_privilege('pars_directory', table_name::text, column_name, 'SELECT')"
        )
        return sorted(row["name"] for row in rows)

    assert await database.run(None, may_read) == sorted(
        [
            *(f"providers.{name}" for name in ("provider_id", "name", "city", "state")),
            *(f"contacts.{name}" for name in ("provider_id", "contact_id", *PERSON_FIELDS)),
            *(f"contact_roles.{name}" for name in ("provider_id", "role", "contact_id")),
            *(f"activities.{name}" for name in CATALOG_COLUMNS),
            *(f"moc_registrations.{name}" for name in ("provider_id", "activity_id", "board")),
        ]
    )
