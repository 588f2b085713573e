"""Contacts over the years: the yearly confirmation, and the audit trail."""

import pytest

from app.core.database import Database, Transaction
from tests.harness import FixedClock, ReportingProvider
from tests.people import contacts_of, enter, history


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
