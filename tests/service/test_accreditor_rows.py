"""What the database itself lets an accreditor see and do, whatever the application does."""

import asyncpg
import pytest

from app.core.database import Database, Transaction
from app.core.row_scope import of_accreditor
from tests.builders import complete_activity
from tests.harness import ReportingProvider


@pytest.fixture(autouse=True)
async def record(provider: ReportingProvider) -> None:
    """A record of the provider, with a registration and a history."""
    reply = await provider.client.post(provider.activities, json=complete_activity())
    assert reply.status_code == 201, reply.text


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE activities SET title = 'x' WHERE provider_id = $1",
        "DELETE FROM activity_history WHERE provider_id = $1",
        "INSERT INTO activity_tombstones VALUES ($1, '1', now(), '{}')",
    ],
)
async def test_the_database_itself_lets_no_accreditor_write(
    provider: ReportingProvider, database: Database, statement: str
) -> None:
    async def work(transaction: Transaction) -> None:
        await transaction.driver.execute(statement, provider.provider_id)

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await database.run(of_accreditor("ACCME"), work)


async def test_the_database_itself_shows_no_rows_of_another_accreditors_providers(
    provider: ReportingProvider, database: Database
) -> None:
    async def count(transaction: Transaction) -> list[int]:
        return [
            await transaction.driver.fetchval(
                f"SELECT count(*) FROM {table} WHERE provider_id = $1",  # noqa: S608 - own text
                provider.provider_id,
            )
            for table in ("activities", "moc_registrations", "activity_history", "providers")
        ]

    assert all(await database.run(of_accreditor("ACCME"), count))
    assert not any(await database.run(of_accreditor("OTHER"), count))
