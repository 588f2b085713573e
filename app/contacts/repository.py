"""Reading and writing the contacts of one provider.

A repository exists only for a principal's access, and every statement carries the
provider; row-level security holds the same line a second time.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Select, delete, func, insert, select, tuple_, update

from app.auth.access import Access
from app.contacts.holding import Holdings
from app.contacts.models import CONTACT_NUMBERS, Contact, ContactHistory, ContactRole
from app.core.audit import Change
from app.core.database import Transaction
from app.providers.models import Provider

NameKey = tuple[str, str, str]
"""What contacts are sorted by: family name, given name, id."""


class ContactRepository:
    """The contacts of the provider that `access` was granted for."""

    def __init__(self, access: Access, transaction: Transaction) -> None:
        self._access = access
        self.provider_id = access.provider_id
        self._session = transaction.session

    async def version(self) -> int:
        """Return how often the provider's contacts have changed."""
        query = select(Provider.contacts_version).where(Provider.provider_id == self.provider_id)
        return (await self._session.execute(query)).scalar_one()

    async def lock(self) -> int:
        """Hold off every other writer of these contacts, then return their version.

        What is read afterwards is what the writer before left behind, so the rules on
        roles are judged on it and not on what stood there when this call came in.
        """
        query = (
            select(Provider.contacts_version)
            .where(Provider.provider_id == self.provider_id)
            .with_for_update(key_share=True)
        )
        return (await self._session.execute(query)).scalar_one()

    async def count_change(self) -> int:
        """Count one change of the locked contacts; return their new version."""
        counted = (
            update(Provider)
            .where(Provider.provider_id == self.provider_id)
            .values(contacts_version=Provider.contacts_version + 1)
            .returning(Provider.contacts_version)
        )
        return (await self._session.execute(counted)).scalar_one()

    async def get(self, contact_id: str) -> Contact | None:
        """Return a contact, or None."""
        return await self._session.get(Contact, (self.provider_id, contact_id))

    async def people(self, contact_ids: Collection[str]) -> dict[str, Contact]:
        """Return the contacts with these ids, as far as there are any, by id."""
        query = self._all().where(Contact.contact_id.in_(contact_ids))
        return {contact.contact_id: contact for contact in await self._session.scalars(query)}

    async def everybody(self) -> Sequence[Contact]:
        """Return all contacts of the provider."""
        return (await self._session.scalars(self._all())).all()

    async def looks(self) -> tuple[datetime | None, datetime | None]:
        """Return when the contact that waits longest was looked at, and the last review."""
        looked_at = func.coalesce(Contact.last_reviewed_at, Contact.created_at)
        query = select(func.min(looked_at), func.max(Contact.last_reviewed_at)).where(
            Contact.provider_id == self.provider_id
        )
        earliest, latest_review = (await self._session.execute(query)).one()
        return earliest, latest_review

    async def page(self, after: NameKey | None, most: int) -> Sequence[Contact]:
        """Return the contacts behind this one by name, at most so many."""
        key = (Contact.family_name, Contact.given_name, Contact.contact_id)
        query = self._all().order_by(*key).limit(most)
        if after is not None:
            query = query.where(tuple_(*key) > tuple_(*after))
        return (await self._session.scalars(query)).all()

    async def holdings(self) -> Holdings:
        """Return who holds which role."""
        rows = await self._session.execute(
            select(ContactRole.role, ContactRole.contact_id)
            .where(ContactRole.provider_id == self.provider_id)
            .order_by(ContactRole.role, ContactRole.contact_id)
        )
        holders: defaultdict[str, list[str]] = defaultdict(list)
        for role, contact_id in rows:
            holders[role].append(contact_id)
        return Holdings({role: tuple(ids) for role, ids in holders.items()})

    async def add(self, content: Mapping[str, str | None], now: datetime) -> Contact:
        """Store a new contact under an id of its own."""
        number: int = (
            await self._session.execute(select(CONTACT_NUMBERS.next_value()))
        ).scalar_one()
        contact = Contact(
            provider_id=self.provider_id,
            contact_id=str(number),
            version=1,
            created_at=now,
            updated_at=now,
            last_reviewed_at=None,
            **content,
        )
        self._session.add(contact)
        await self._session.flush()
        return contact

    async def give(self, role: str, contact_id: str) -> None:
        """Make a contact a holder of a role."""
        await self._session.execute(
            insert(ContactRole).values(
                provider_id=self.provider_id, role=role, contact_id=contact_id
            )
        )

    async def take(self, role: str, contact_id: str) -> None:
        """Take a role from a contact."""
        await self._session.execute(
            delete(ContactRole).where(
                ContactRole.provider_id == self.provider_id,
                ContactRole.role == role,
                ContactRole.contact_id == contact_id,
            )
        )

    async def remove(self, contact: Contact) -> None:
        """Delete a contact that holds no role any more."""
        await self._session.delete(contact)
        await self._session.flush()

    def record(self, contact: Contact, action: str, changes: list[Change], now: datetime) -> None:
        """Enter the change that led to the contact's version into the audit trail."""
        self._session.add(
            ContactHistory(
                provider_id=self.provider_id,
                contact_id=contact.contact_id,
                version=contact.version,
                at=now,
                action=action,
                changes=changes,
                **self._access.actor._asdict(),
            )
        )

    def _all(self) -> Select[Contact]:
        return select(Contact).where(Contact.provider_id == self.provider_id)
