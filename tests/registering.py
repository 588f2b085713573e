"""Providers of tests, which are entered by the thousand."""

from sqlalchemy.dialects.postgresql import insert

from app.core.database import Database, Transaction
from app.core.row_scope import REGISTRY
from app.providers.models import Accreditor, Provider


async def add_provider(database: Database, provider_id: str, name: str, accreditor_id: str) -> None:
    """Enter a provider without a trail, and its accreditor when that is new.

    Raises ValueError when the provider is there already.
    """

    async def save(transaction: Transaction) -> None:
        session = transaction.session
        await session.execute(
            insert(Accreditor)
            .values(accreditor_id=accreditor_id, name=accreditor_id)
            .on_conflict_do_nothing()
        )
        if await session.get(Provider, provider_id) is not None:
            message = f"the provider {provider_id} is there already"
            raise ValueError(message)
        session.add(Provider(provider_id=provider_id, name=name, accreditor_id=accreditor_id))

    await database.run(REGISTRY, save)
