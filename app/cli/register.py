"""What the command line does in the register, as whoever runs the system."""

from datetime import UTC, datetime

from sqlalchemy import select

from app.auth.models import Credential
from app.auth.operating import COMMAND_LINE, operating
from app.auth.repository import CredentialRepository
from app.cli.failure import CommandError
from app.core.database import Database, Transaction
from app.core.errors import ProblemError
from app.core.row_scope import REGISTRY
from app.providers import registering
from app.providers.models import Accreditor, Provider
from app.providers.problems import ACCREDITOR_UNKNOWN


async def require_known(
    database: Database, providers: list[str], accreditor_id: str | None
) -> None:
    """Refuse whom the register does not know."""

    async def look(transaction: Transaction) -> None:
        for provider_id in providers:
            if await transaction.session.get(Provider, provider_id) is None:
                message = f"there is no provider {provider_id}; `pars providers add` enters one"
                raise CommandError(message)
        if (
            accreditor_id is not None
            and await transaction.session.get(Accreditor, accreditor_id) is None
        ):
            message = f"there is no accreditor {accreditor_id}; `pars accreditors add` enters one"
            raise CommandError(message)

    await database.run(REGISTRY, look)


async def all_credentials(database: Database) -> list[Credential]:
    """Return every credential, the newest first."""

    async def read(transaction: Transaction) -> list[Credential]:
        query = select(Credential).order_by(
            Credential.created_at.desc(), Credential.credential_id.desc()
        )
        return list(await transaction.session.scalars(query))

    return await database.run(REGISTRY, read)


async def revoke_credential(database: Database, credential_id: str) -> bool:
    """Revoke a credential; tell whether there is one."""
    access = operating(database, COMMAND_LINE)

    async def work(transaction: Transaction) -> bool:
        credential = await transaction.session.get(Credential, credential_id)
        if credential is not None:
            await CredentialRepository(access, transaction).revoke(credential, datetime.now(UTC))
        return credential is not None

    return await access.run(work)


async def enter_accreditor(database: Database, accreditor_id: str, name: str) -> None:
    """Enter an accreditor; refuse one that is there already."""
    await registering.enter_accreditor(database, COMMAND_LINE, accreditor_id, name)


async def enter_provider(
    database: Database, provider_id: str, name: str, accreditor_id: str
) -> None:
    """Enter a provider; refuse one that is there already, or whose accreditor is not known."""
    try:
        await registering.enter_provider(database, COMMAND_LINE, provider_id, name, accreditor_id)
    except ProblemError as problem:
        if problem.kind is not ACCREDITOR_UNKNOWN:
            raise
        near = problem.violations[0].did_you_mean
        hint = f"did you mean {near[0]}? " if near else ""
        message = f"there is no accreditor {accreditor_id}; {hint}`pars accreditors add` enters one"
        raise CommandError(message) from problem
