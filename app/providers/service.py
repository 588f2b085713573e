"""Entering providers and their accreditors, and until when they report."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.dialects.postgresql import insert

from app.auth.access import not_found
from app.core.database import Database, Transaction
from app.core.row_scope import REGISTRY, is_provider_id
from app.providers.deadlines import deadline
from app.providers.models import Accreditor, Provider
from app.providers.repository import accreditor_of, deadlines_set


async def add_provider(
    database: Database, provider_id: str, name: str, accreditor_id: str
) -> Provider:
    """Enter a provider, and its accreditor when that is new.

    Raises ValueError when the id is not seven digits or belongs to a provider already.
    """
    if not is_provider_id(provider_id):
        message = "a provider id has seven digits"
        raise ValueError(message)
    provider = Provider(provider_id=provider_id, name=name, accreditor_id=accreditor_id)

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
        session.add(provider)

    await database.run(REGISTRY, save)
    return provider


async def deadline_for(
    transaction: Transaction, provider_id: str, end_year: int, zone: ZoneInfo
) -> datetime:
    """Return until when a provider may report the activities that ended in a year."""
    _, exceptions = await deadlines_of(transaction, provider_id)
    return deadline(end_year, exceptions, zone)


async def deadlines_of(transaction: Transaction, provider_id: str) -> tuple[str, dict[int, date]]:
    """Return a provider's accreditor with the days that it set instead of the usual one."""
    accreditor_id = await accreditor_of(transaction, provider_id)
    if accreditor_id is None:
        raise not_found()
    return accreditor_id, await deadlines_set(transaction, accreditor_id)
