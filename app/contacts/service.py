"""Entering, changing and deleting contacts: the provider always keeps its primary one."""

from dataclasses import dataclass
from typing import Any

from app.auth.access import existing
from app.contacts.holding import Holdings
from app.contacts.models import Contact
from app.contacts.presenting import content_of, present, reference
from app.contacts.problems import FIRST_IS_PRIMARY, PRIMARY_REQUIRED, ROLE_TAKEN
from app.contacts.repository import ContactRepository
from app.contacts.roles import PRIMARY, ROLES
from app.contacts.submission import Document, Submission, submission
from app.core.audit import changes_between
from app.core.clock import Clock
from app.core.errors import ProblemError, Violation, refuse
from app.core.etag import Precondition
from app.core.read_only import read_only_violations


@dataclass(frozen=True, slots=True)
class Saved:
    """A contact as it stands after a write."""

    document: Document
    created: bool = False
    unchanged: bool = False


class ContactService:
    """The writes on single contacts, within one transaction."""

    def __init__(self, repository: ContactRepository, clock: Clock) -> None:
        self._repository = repository
        self._clock = clock

    async def create(self, document: Any, precondition: Precondition) -> Saved:
        """Enter a contact; the first one must be the primary contact.

        Raises ProblemError: 422, or 409 `contact.role_taken` naming the holder.
        """
        sent = submission(document, self._given)
        precondition.check(await self._repository.lock())
        holdings = await self._repository.holdings()
        await self._refuse_taken(holdings, sent, sent.roles, None)
        if not holdings.has_primary and PRIMARY not in sent.roles:
            message = 'The first contact of a provider is its primary contact; add "primary".'
            raise refuse([Violation(FIRST_IS_PRIMARY, "/roles", message, source=_PASSAGE)])
        now = self._clock.stamp()
        contact = await self._repository.add(sent.person, now)
        for role in sent.content["roles"]:
            await self._repository.give(role, contact.contact_id)
        self._repository.record(contact, "created", changes_between({}, sent.content), now)
        await self._repository.count_change()
        return Saved(present(contact, sent.content["roles"], self._clock), created=True)

    async def edit(self, contact_id: str, patch: Any, precondition: Precondition) -> Saved:
        """Merge a patch into a contact: null clears, the list of roles is replaced whole.

        Raises ProblemError: 404, 428, 412, 422, 409 `contact.role_taken` naming the holder, or
        409 `contact.primary_required` for the attempt to leave the primary role vacant.
        """
        contact, holdings = await self._locked(contact_id, precondition)
        precondition.require()
        roles = holdings.roles_of(contact_id)
        before = content_of(contact, roles)
        current = present(contact, roles, self._clock)
        sent = submission(
            {**before, **patch} if isinstance(patch, dict) else patch,
            lambda echoed: read_only_violations(echoed, current),
        )
        gained, lost = sent.roles - frozenset(roles), frozenset(roles) - sent.roles
        if PRIMARY in lost:
            raise primary_required(contact)
        await self._refuse_taken(holdings, sent, gained, contact_id)
        changes = changes_between(before, sent.content)
        if not changes:
            return Saved(current, unchanged=True)
        for name, value in sent.person.items():
            setattr(contact, name, value)
        for role in lost:
            await self._repository.take(role, contact_id)
        for role in gained:
            await self._repository.give(role, contact_id)
        now = self._clock.stamp()
        contact.version += 1
        contact.updated_at = now
        self._repository.record(contact, "updated", changes, now)
        await self._repository.count_change()
        return Saved(present(contact, sent.content["roles"], self._clock))

    async def delete(self, contact_id: str, precondition: Precondition) -> None:
        """Delete a contact and its roles; its history remains.

        Raises ProblemError: 404, 412, or 409 `contact.primary_required`.
        """
        contact, holdings = await self._locked(contact_id, precondition)
        if holdings.is_primary(contact_id):
            raise primary_required(contact)
        roles = holdings.roles_of(contact_id)
        for role in roles:
            await self._repository.take(role, contact_id)
        contact.version += 1
        gone = changes_between(content_of(contact, roles), {})
        self._repository.record(contact, "deleted", gone, self._clock.stamp())
        await self._repository.remove(contact)
        await self._repository.count_change()

    def _given(self, echoed: Document) -> list[Violation]:
        """List what was sent of the server's fields for a contact that is not there yet."""
        given = {name: value for name, value in echoed.items() if value is not None}
        return read_only_violations(given, {"provider_id": self._repository.provider_id})

    async def _locked(
        self, contact_id: str, precondition: Precondition
    ) -> tuple[Contact, Holdings]:
        await self._repository.lock()
        contact = existing(await self._repository.get(contact_id))
        precondition.check(contact.version)
        return contact, await self._repository.holdings()

    async def _refuse_taken(
        self, holdings: Holdings, sent: Submission, gained: frozenset[str], contact_id: str | None
    ) -> None:
        taken = dict(holdings.taken(gained, contact_id))
        if not taken:
            return
        people = await self._repository.people(taken.values())
        holders = {role: people[holder] for role, holder in taken.items()}
        violations = [
            Violation(
                ROLE_TAKEN,
                f"/roles/{sent.content['roles'].index(role)}",
                f"{holder.given_name} {holder.family_name} is the {ROLES[role].title.lower()}.",
                value=role,
                source=ROLES[role].source,
            )
            for role, holder in holders.items()
        ]
        raise ProblemError(
            ROLE_TAKEN,
            f"{' '.join(violation.message for violation in violations)} Nothing was saved.",
            violations=violations,
            related=[reference(holder) for holder in people.values()],
        )


_PASSAGE = ROLES[PRIMARY].source


def primary_required(contact: Contact) -> ProblemError:
    """Return the refusal to leave a provider without its primary contact."""
    return ProblemError(
        PRIMARY_REQUIRED,
        f"{contact.given_name} {contact.family_name} is the primary contact, and there must "
        "always be one. Nothing was changed.",
        related=[reference(contact)],
    )
