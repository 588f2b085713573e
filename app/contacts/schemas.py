"""Contacts and roles on the wire: what clients send and what they read."""

from datetime import date, datetime
from typing import Annotated, Final, Literal

from pydantic import Field

from app.contacts.email_address import EmailAddress
from app.contacts.phone_number import LONGEST as LONGEST_PHONE
from app.core.fields import Identifier, Text
from app.core.fields.lists import EachOnce, no_more_than
from app.core.replies import ListPage, Part, WriteOutcome, after_a_write
from app.core.unanswered import NullMeans

RoleName = Literal["primary", "billing", "ceo", "staff", "website", "technical", "medical_director"]
ContactRef = Annotated[str, Identifier(100)]
MOST_HOLDERS: Final = 1000


class ContactChange(Part):
    """What a merge patch may say of a contact: any of its fields."""

    given_name: Annotated[str, Text(100)] | None = None
    family_name: Annotated[str, Text(100)] | None = None
    credentials: Annotated[str, Text(100)] | None = Field(
        default=None, description="Letters behind the name, such as MD, FACP."
    )
    job_title: Annotated[str, Text(200)] | None = None
    email: EmailAddress | None = Field(default=None, description="Kept as it is sent.")
    phone: Annotated[str, Text(LONGEST_PHONE * 4)] | None = Field(
        default=None, description="E.164: a plus sign and digits only, such as +19165550123."
    )
    roles: Annotated[list[RoleName], no_more_than(RoleName), EachOnce, NullMeans(list)] = Field(
        default=[], description="The roles of this person; the first contact is the primary one."
    )


class ContactContent(ContactChange):
    """What a provider says of one of its contacts."""

    given_name: Annotated[str, Text(100)]
    family_name: Annotated[str, Text(100)]
    email: EmailAddress = Field(description="Kept as it is sent.")


class ContactReview(Part):
    """When contacts were last confirmed, and by when they must be again."""

    last_reviewed_at: datetime | None
    review_due: date | None = Field(description="A year after the last review, or the creation.")
    review_overdue: bool = Field(description="The day passed without a review.")


class Contact(ContactContent, ContactReview):
    """A contact as it stands."""

    contact_id: str = Field(description="Nine digits, issued by the system.")
    provider_id: str
    version: int
    created_at: datetime
    updated_at: datetime
    meta: WriteOutcome | None = after_a_write()


class ContactList(ContactReview):
    """A page of a provider's contacts by name, with the review of all of them."""

    data: list[Contact]
    page: ListPage


class RoleHolding(Part):
    """A role: who holds it, and who serves in it."""

    role: RoleName
    title: str
    purpose: str
    required: bool
    max: int | None = Field(description="How many may hold it; null is any number.")
    holders: list[Contact]
    resolved: Contact | None = Field(
        description="Who serves in a role of one: its holder, or who stands in."
    )
    fallback_from: RoleName | None = Field(
        description="The role whose holder stands in; null when the role has its own."
    )
    source: str


class RoleList(ContactReview):
    """All roles of a provider, with the review of its contacts."""

    data: list[RoleHolding]


class SingleHolder(Part):
    """Who is to hold a role that one person holds."""

    contact_id: ContactRef


class ManyHolders(Part):
    """Who is to hold a role of any number; nobody else does afterwards."""

    contact_ids: Annotated[list[ContactRef], Field(max_length=MOST_HOLDERS), EachOnce]


class RoleHolders(Part):
    """Who is to hold a role: `contact_id` for a role of one, `contact_ids` for staff."""

    contact_id: ContactRef | None = None
    contact_ids: Annotated[list[ContactRef], Field(max_length=MOST_HOLDERS)] | None = None
