import asyncio

from app.core.database import Database, Transaction
from tests.harness import ReportingProvider
from tests.people import contacts_of, enter, holders, person


async def test_replacements_of_the_primary_contact_happen_one_after_the_other(
    provider: ReportingProvider, database: Database
) -> None:
    await enter(provider, "primary")
    others = [await enter(provider, "staff") for _ in range(8)]
    url = f"{contacts_of(provider)}/roles/primary"
    replies = await asyncio.gather(
        *(provider.client.put(url, json={"contact_id": one["contact_id"]}) for one in others)
    )
    assert [reply.status_code for reply in replies] == [200] * len(others)
    (primary,) = await holders(provider, "primary")
    assert primary in {one["contact_id"] for one in others}

    async def taken_and_given(transaction: Transaction) -> int:
        count: int = await transaction.driver.fetchval(
            "SELECT count(*) FROM contact_history"
            " WHERE provider_id = $1 AND action = 'roles_changed'",
            provider.provider_id,
        )
        return count

    assert await database.run(provider.provider_id, taken_and_given) == 2 * len(others)


async def test_of_many_first_contacts_exactly_one_becomes_the_primary_one(
    provider: ReportingProvider,
) -> None:
    replies = await asyncio.gather(
        *(provider.client.post(contacts_of(provider), json=person("primary")) for _ in range(8))
    )
    assert sorted(reply.status_code for reply in replies) == [201] + [409] * 7
    assert len(await holders(provider, "primary")) == 1


async def test_a_contact_is_not_deleted_while_it_becomes_the_primary_one(
    provider: ReportingProvider,
) -> None:
    await enter(provider, "primary")
    for _ in range(10):
        other = await enter(provider, "staff")
        put, deleted = await asyncio.gather(
            provider.client.put(
                f"{contacts_of(provider)}/roles/primary", json={"contact_id": other["contact_id"]}
            ),
            provider.client.delete(f"{contacts_of(provider)}/{other['contact_id']}"),
        )
        assert (put.status_code, deleted.status_code) in ((200, 409), (422, 204))
        assert len(await holders(provider, "primary")) == 1


async def test_the_database_itself_refuses_a_second_holder_of_a_role_of_one(
    provider: ReportingProvider, database: Database
) -> None:
    await enter(provider, "primary")
    other = await enter(provider, "staff")

    async def force(transaction: Transaction) -> str:
        await transaction.driver.execute("SAVEPOINT before")
        try:
            await transaction.driver.execute(
                "INSERT INTO contact_roles (provider_id, role, contact_id)"
                " VALUES ($1, 'primary', $2)",
                provider.provider_id,
                other["contact_id"],
            )
        except Exception as error:  # noqa: BLE001 - whichever it is, its name is looked at.
            await transaction.driver.execute("ROLLBACK TO before")
            return str(getattr(error, "constraint_name", ""))
        return ""

    constraint = await database.run(provider.provider_id, force)
    assert constraint == "contact_roles_single_holder"
