"""The demo provider's profile and the people behind it."""

from typing import Any, Final

from app.auth.access import Access
from app.contacts.repository import ContactRepository
from app.contacts.service import ContactService
from app.core.clock import Clock
from app.core.database import Transaction
from app.core.etag import Precondition
from app.providers.profile import edit
from app.providers.repository import ProviderRepository

PROFILE: Final[dict[str, Any]] = {
    "accreditation_status": "accreditation",
    "address_lines": ["2000 Hospital Way"],
    "city": "Sacramento",
    "state": "CA",
    "postal_code": "95816",
    "country": "USA",
    "web_site": "https://cme.provider-hospital.org",
}
# Nobody holds the role of the website contact, so that the demo shows who stands in.
PEOPLE: Final[tuple[dict[str, Any], ...]] = (
    {
        "given_name": "Program",
        "family_name": "Director",
        "credentials": "MD",
        "job_title": "Director of CME",
        "email": "program.director@cme.provider-hospital.org",
        "phone": "+19165550123",
        "roles": ["primary", "medical_director"],
    },
    {
        "given_name": "Finance",
        "family_name": "Manager",
        "job_title": "Finance Manager",
        "email": "finance.manager@cme.provider-hospital.org",
        "phone": "+19165550134",
        "roles": ["billing", "staff"],
    },
    {
        "given_name": "Program",
        "family_name": "Coordinator",
        "job_title": "CME Coordinator",
        "email": "program.coordinator@cme.provider-hospital.org",
        "roles": ["staff"],
    },
)


async def enter_profile(access: Access, clock: Clock) -> None:
    """Enter the demo's profile and contacts, unless the provider has contacts already."""

    async def enter(transaction: Transaction) -> None:
        contacts = ContactRepository(access, transaction)
        if await contacts.everybody():
            return
        kind, always = access.principal.kind, Precondition()
        await edit(ProviderRepository(access, transaction), PROFILE, kind, always, clock)
        service = ContactService(contacts, clock)
        for person in PEOPLE:
            await service.create(person, always)

    await access.run(enter)
