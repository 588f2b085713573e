"""Contacts and roles as clients read them."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.contacts.holding import Holdings
from app.contacts.models import Contact
from app.contacts.review import Review, review_of
from app.contacts.roles import Role
from app.contacts.submission import PERSON_FIELDS
from app.core.clock import Clock
from app.core.instant import instant

Document = dict[str, Any]


def content_of(contact: Contact, roles: Sequence[str]) -> Document:
    """Return what the provider said of a contact."""
    return {**{name: getattr(contact, name) for name in PERSON_FIELDS}, "roles": list(roles)}


def review(contact: Contact, clock: Clock) -> Review:
    """Return where the review of a contact stands today."""
    reviewed = contact.last_reviewed_at
    looked_at = reviewed or contact.created_at
    return review_of(looked_at, reviewed, clock.reporting_zone, clock.today())


def present(contact: Contact, roles: Sequence[str], clock: Clock) -> Document:
    """Return a contact with its roles and where its review stands."""
    return {
        "contact_id": contact.contact_id,
        "provider_id": contact.provider_id,
        **content_of(contact, roles),
        **review(contact, clock).as_document(),
        "version": contact.version,
        "created_at": instant(contact.created_at),
        "updated_at": instant(contact.updated_at),
    }


def present_role(
    role: Role, holdings: Holdings, people: Mapping[str, Contact], clock: Clock
) -> Document:
    """Return a role with its holders, and who serves in it while it is vacant."""

    def shown(contact_id: str) -> Document:
        return present(people[contact_id], holdings.roles_of(contact_id), clock)

    serving, fallback_from = holdings.resolved(role)
    return {
        "role": role.code,
        "title": role.title,
        "purpose": role.purpose,
        "required": role.required,
        "max": role.most,
        "holders": [shown(holder) for holder in holdings.of(role.code)],
        "resolved": None if serving is None else shown(serving),
        "fallback_from": fallback_from,
        "source": role.source,
    }


def reference(contact: Contact) -> Document:
    """Name a contact so that a client can go there, as a problem's `related` does."""
    return {
        "contact_id": contact.contact_id,
        "given_name": contact.given_name,
        "family_name": contact.family_name,
        "href": f"/v1/providers/{contact.provider_id}/contacts/{contact.contact_id}",
    }
