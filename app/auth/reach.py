"""Whom a principal speaks for: of an accreditor and the operator the database tells, as it is now.

A provider or vendor names its providers in the credential. Which providers report to an
accreditor changes without its credential being changed.
"""

from typing import Final

from app.auth.principal import Principal
from app.core.database import Database, Transaction
from app.core.row_scope import REGISTRY, RowScope, is_provider_id, of_accreditor

_ALL: Final = "SELECT provider_id FROM providers WHERE accreditor_id = $1 ORDER BY provider_id"
_ONE: Final = """
SELECT EXISTS (SELECT FROM providers
    WHERE provider_id = $1 AND ($2::text IS NULL OR accreditor_id = $2))
"""


async def speaks_for(principal: Principal, provider_id: str, database: Database) -> bool:
    """Tell whether a principal speaks for this provider."""
    if provider_id in principal.providers:
        return True
    rows = _rows_of(principal)
    if rows is None or not is_provider_id(provider_id):
        return False

    async def look(transaction: Transaction) -> bool:
        return bool(await transaction.driver.fetchval(_ONE, provider_id, principal.accreditor_id))

    return await database.run(rows, look)


async def providers_of(principal: Principal, database: Database) -> list[str]:
    """Return the providers that a principal speaks for; the operator's are not listed."""
    accreditor_id = principal.accreditor_id
    if accreditor_id is None:
        return sorted(principal.providers)

    async def read(transaction: Transaction) -> list[str]:
        rows = await transaction.driver.fetch(_ALL, accreditor_id)
        return [row["provider_id"] for row in rows]

    return await database.run(of_accreditor(accreditor_id), read)


def _rows_of(principal: Principal) -> RowScope | None:
    # The rows of a role that sees no other provider: row-level security gives the answer.
    if principal.accreditor_id is not None:
        return of_accreditor(principal.accreditor_id)
    return REGISTRY if principal.kind == "operator" else None
