"""Entering accreditors and providers where nobody calls: by the command line, and for the demo.

The rules are those of the API, and so is the trail; what it names in the place of a credential
says where the entry came from.
"""

from datetime import UTC, datetime

from app.auth.operating import operating
from app.core.database import Database
from app.core.validation import valid
from app.providers.register import NewAccreditor, NewProvider, Register


async def enter_accreditor(database: Database, by: str, accreditor_id: str, name: str) -> None:
    """Enter an accreditor; raise ProblemError when it is there already, or cannot be."""
    wanted = valid(NewAccreditor, {"accreditor_id": accreditor_id, "name": name})
    access = operating(database, by)
    await access.run(
        lambda transaction: Register(access, transaction).enter_accreditor(
            wanted, datetime.now(UTC)
        )
    )


async def enter_provider(
    database: Database, by: str, provider_id: str, name: str, accreditor_id: str
) -> None:
    """Enter a provider; raise ProblemError when it is there already, or cannot be."""
    document = {"provider_id": provider_id, "name": name, "accreditor": accreditor_id}
    wanted, access = valid(NewProvider, document), operating(database, by)
    await access.run(
        lambda transaction: Register(access, transaction).enter_provider(wanted, datetime.now(UTC))
    )
