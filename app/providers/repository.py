"""Reading and writing the profile of one provider, and its accreditor's deadlines."""

from datetime import date

from sqlalchemy import select

from app.auth.access import Access
from app.core.audit import Change
from app.core.database import Transaction
from app.providers.models import Accreditor, Provider, ProviderHistory, ReportingDeadline


class ProviderRepository:
    """The profile of the provider that `access` was granted for."""

    def __init__(self, access: Access, transaction: Transaction) -> None:
        self._access = access
        self._session = transaction.session

    async def get(self, *, lock: bool = False) -> Provider | None:
        """Return the provider, held against other writers if that is asked for."""
        query = select(Provider).where(Provider.provider_id == self._access.provider_id)
        return await self._session.scalar(query.with_for_update(key_share=True) if lock else query)

    async def accreditors(self) -> list[str]:
        """Return the ids of all accreditors."""
        query = select(Accreditor.accreditor_id).order_by(Accreditor.accreditor_id)
        return list(await self._session.scalars(query))

    async def save(self, provider: Provider, changes: list[Change]) -> None:
        """Store what was changed in a provider, and enter it into the audit trail."""
        self._session.add(
            ProviderHistory(
                provider_id=provider.provider_id,
                version=provider.version,
                at=provider.updated_at,
                action="updated",
                changes=changes,
                **self._access.actor._asdict(),
            )
        )
        await self._session.flush()


async def accreditor_of(transaction: Transaction, provider_id: str) -> str | None:
    """Return the accreditor that a provider reports to."""
    query = select(Provider.accreditor_id).where(Provider.provider_id == provider_id)
    return await transaction.session.scalar(query)


async def deadlines_set(transaction: Transaction, accreditor_id: str) -> dict[int, date]:
    """Return the days that an accreditor set instead of the usual one, by year."""
    query = select(ReportingDeadline.year, ReportingDeadline.deadline).where(
        ReportingDeadline.accreditor_id == accreditor_id
    )
    rows = await transaction.session.execute(query)
    return {row.year: row.deadline for row in rows}
