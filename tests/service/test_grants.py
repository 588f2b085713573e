"""What the migrations grant is what the program declares, and no role is more than it says."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from app.core.database import Database, Transaction
from app.core.row_scope import (
    ACCREDITOR_ROLE,
    APPLICATION_ROLE,
    OPERATOR_ROLE,
    REGISTRY,
    Rows,
    of_accreditor,
)
from app.grants import DIRECTORY_ROLE, LIVE_GRANTS, READER_ROLE, Grant, declared_grants
from tests.harness import ReportingProvider

ROLES = (APPLICATION_ROLE, ACCREDITOR_ROLE, OPERATOR_ROLE, DIRECTORY_ROLE, READER_ROLE)


@pytest.fixture
async def owner(database_url: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    connection = await asyncpg.connect(database_url.replace("+asyncpg", ""))
    yield connection
    await connection.close()


async def test_every_grant_is_declared_and_every_declared_grant_is_there(
    owner: "asyncpg.Connection[asyncpg.Record]",
) -> None:
    live = {Grant(*row) for row in await owner.fetch(LIVE_GRANTS)}
    assert live == declared_grants()


@pytest.mark.parametrize("role", ROLES)
async def test_no_role_logs_in_owns_a_table_or_escapes_row_level_security(
    owner: "asyncpg.Connection[asyncpg.Record]", role: str
) -> None:
    row = await owner.fetchrow(
        "SELECT rolcanlogin, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb,"
        " EXISTS (SELECT FROM pg_class WHERE relowner = r.oid AND relkind IN ('r', 'p')) AS owns"
        " FROM pg_roles r WHERE rolname = $1",
        role,
    )
    assert row is not None
    assert not any(row.values())


@pytest.mark.parametrize("role", [ACCREDITOR_ROLE, OPERATOR_ROLE])
async def test_the_application_takes_a_role_and_never_has_its_rights_otherwise(
    owner: "asyncpg.Connection[asyncpg.Record]", role: str
) -> None:
    row = await owner.fetchrow(
        "SELECT pg_has_role($1, $2, 'SET') AS may, pg_has_role($1, $2, 'USAGE') AS always",
        APPLICATION_ROLE,
        role,
    )
    assert row is not None
    assert tuple(row) == (True, False)


@pytest.mark.parametrize(
    ("rows", "statement"),
    [
        ("0000001", "CREATE TABLE theirs (id integer)"),
        ("0000001", "DROP TABLE activities"),
        ("0000001", "ALTER TABLE activities DISABLE ROW LEVEL SECURITY"),
        ("0000001", "UPDATE activity_history SET action = 'nothing'"),
        ("0000001", "DELETE FROM activity_tombstones"),
        ("0000001", "DELETE FROM credentials"),
        ("0000001", "UPDATE credentials SET scopes = '{keys:admin}'"),
        ("0000001", "UPDATE reporting_deadlines SET deadline = '2099-01-01'"),
        ("0000001", "INSERT INTO accreditors VALUES ('MINE', 'Mine')"),
        (of_accreditor("ACCME"), "UPDATE activities SET closed_at = NULL"),
        (of_accreditor("ACCME"), "DELETE FROM activities"),
        (of_accreditor("ACCME"), "SELECT family_name FROM learner_completions"),
        (of_accreditor("ACCME"), "SELECT key_hash FROM credentials"),
        (REGISTRY, "SELECT * FROM activities"),
        (REGISTRY, "SELECT * FROM contacts"),
        (REGISTRY, "SELECT * FROM learner_completions"),
        (REGISTRY, "DELETE FROM credentials"),
        (REGISTRY, "UPDATE credentials SET scopes = '{keys:admin}'"),
    ],
)
async def test_what_a_role_was_not_granted_the_database_refuses(
    database: Database, rows: Rows, statement: str
) -> None:
    async def work(transaction: Transaction) -> None:
        await transaction.driver.execute(statement)

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await database.run(rows, work)


async def test_a_role_is_given_back_with_the_end_of_its_transaction(database: Database) -> None:
    async def who(transaction: Transaction) -> str:
        return str(await transaction.driver.fetchval("SELECT current_user"))

    for _ in range(3):
        assert await database.run(REGISTRY, who) == OPERATOR_ROLE
        assert await database.run(REGISTRY, who, save=False) == OPERATOR_ROLE
        assert await database.run(None, who) == APPLICATION_ROLE


async def test_an_accreditors_rows_are_those_of_its_own_providers(
    database: Database, provider: ReportingProvider
) -> None:
    async def count(transaction: Transaction) -> int:
        query = "SELECT count(*) FROM providers WHERE provider_id = $1"
        return int(await transaction.driver.fetchval(query, provider.provider_id))

    assert await database.run(of_accreditor("ACCME"), count) == 1
    assert await database.run(of_accreditor("CMA"), count) == 0
    assert await database.run(of_accreditor(""), count) == 0
    assert await database.run(None, count) == 0


@pytest.mark.parametrize("value", ["x'; RESET ROLE; --", "a\\'b", "''", "Ärzte", "a\nb"])
async def test_a_setting_is_a_value_and_never_a_statement(database: Database, value: str) -> None:
    async def setting(transaction: Transaction) -> tuple[str, str]:
        row = await transaction.driver.fetchrow(
            "SELECT current_user, current_setting('app.accreditor_id')"
        )
        assert row is not None
        return row[0], row[1]

    assert await database.run(of_accreditor(value), setting) == (ACCREDITOR_ROLE, value)


async def test_a_credential_is_seen_only_by_whoever_names_it_or_is_its_provider(
    database: Database, provider: ReportingProvider, other_provider: ReportingProvider
) -> None:
    async def seen(transaction: Transaction) -> set[str]:
        rows = await transaction.driver.fetch("SELECT unnest(providers) AS one FROM credentials")
        return {row["one"] for row in rows}

    assert await database.run(None, seen) == set()
    assert await database.run(provider.provider_id, seen) == {provider.provider_id}
    assert {provider.provider_id, other_provider.provider_id} <= await database.run(REGISTRY, seen)
