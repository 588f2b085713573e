"""Making a database the sandbox: the newest schema, and the mark without which nothing is reset.

Only a database in which nobody is registered is marked. An address that was meant for
another database, or two that were swapped, end here and not with somebody's records.
"""

import asyncio

from sqlalchemy import text

from app.cli.failure import CommandError
from app.cli.reaching import connected, with_database
from app.cli.schema import SchemaVersion, upgrade_schema
from app.core.database import Transaction
from app.core.row_scope import REGISTRY
from app.embedded.sandbox import make_sandbox
from app.settings import Settings

_MARK = text("INSERT INTO sandbox DEFAULT VALUES ON CONFLICT DO NOTHING")
_ANYBODY = "SELECT EXISTS (SELECT FROM providers)"


def sandbox_beside(settings: Settings, live: str) -> str:
    """Make the sandbox of the embedded PostgreSQL, beside its live database."""
    return make_sandbox(settings, as_a_copy=not _is_somebodys(live))


def upgrade_sandbox(url: str) -> SchemaVersion:
    """Bring the sandbox to the newest schema, and mark it; return where it was before.

    Raises CommandError when the database is somebody's and was never a sandbox.
    """
    before = upgrade_schema(url)
    if before.is_sandbox:
        return before
    if _is_somebodys(url):
        message = (
            "PARS_SANDBOX_URL is the address of a database with providers in it that was never "
            "a sandbox; give the address of an empty one."
        )
        raise CommandError(message)
    asyncio.run(_mark(url))
    return before


def refuse_the_wrong_one(version: SchemaVersion, *, sandbox: bool) -> None:
    """Raise CommandError when the live database is a sandbox, or the sandbox is none."""
    if version.is_sandbox and not sandbox:
        message = "PARS_DATABASE_URL is the address of a sandbox, where records can be reset."
        raise CommandError(message)
    if sandbox and not version.is_sandbox:
        message = "PARS_SANDBOX_URL is not the address of a sandbox yet; run `pars db upgrade`."
        raise CommandError(message)


async def _mark(url: str) -> None:
    async with connected(url) as connection:
        await connection.execute(_MARK)


def _is_somebodys(url: str) -> bool:
    async def look(transaction: Transaction) -> bool:
        return bool(await transaction.driver.fetchval(_ANYBODY))

    return with_database(url, lambda database: database.run(REGISTRY, look))
