"""Until when providers report."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.auth.access import existing
from app.core.database import Transaction
from app.providers.deadlines import deadline
from app.providers.repository import accreditor_of, deadlines_set


async def deadline_for(
    transaction: Transaction, provider_id: str, end_year: int, zone: ZoneInfo
) -> datetime:
    """Return until when a provider may report the activities that ended in a year."""
    _, exceptions = await deadlines_of(transaction, provider_id)
    return deadline(end_year, exceptions, zone)


async def deadlines_of(transaction: Transaction, provider_id: str) -> tuple[str, dict[int, date]]:
    """Return a provider's accreditor with the days that it set instead of the usual one."""
    accreditor_id = existing(await accreditor_of(transaction, provider_id))
    return accreditor_id, await deadlines_set(transaction, accreditor_id)
