"""Builders of contacts, and the calls that most tests of contacts begin with."""

from typing import Any

from app.core.database import Database, Transaction
from tests.harness import ReportingProvider

Document = dict[str, Any]


def person(*roles: str, **changes: object) -> Document:
    """Return a contact with these roles, as a provider would send it."""
    return {
        "given_name": "Program",
        "family_name": "Director",
        "credentials": "MD",
        "job_title": "Director of CME",
        "email": "program.director@hospital.example.org",
        "phone": "+19165550123",
        "roles": list(roles),
        **changes,
    }


def contacts_of(provider: ReportingProvider) -> str:
    """Return the path of a provider's contacts."""
    return f"/v1/providers/{provider.provider_id}/contacts"


async def enter(provider: ReportingProvider, *roles: str, **changes: object) -> Document:
    """Enter a contact and return it as it was answered."""
    reply = await provider.client.post(contacts_of(provider), json=person(*roles, **changes))
    assert reply.status_code == 201, reply.text
    entered: Document = reply.json()
    return entered


async def holders(provider: ReportingProvider, role: str) -> list[str]:
    """Return the ids of those who hold a role."""
    reply = await provider.client.get(f"{contacts_of(provider)}/roles/{role}")
    return [holder["contact_id"] for holder in reply.json()["holders"]]


async def history(database: Database, provider_id: str) -> list[Document]:
    """Return all that the history keeps of a provider's contacts."""

    async def read(transaction: Transaction) -> list[Document]:
        rows = await transaction.driver.fetch(
            "SELECT * FROM contact_history WHERE provider_id = $1 ORDER BY contact_id, version",
            provider_id,
        )
        return [dict(row) for row in rows]

    return await database.run(provider_id, read)
