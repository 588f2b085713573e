"""Putting people into roles and taking them out, in one step."""

from collections.abc import Sequence

from app.contacts.models import Contact
from app.contacts.presenting import present_role
from app.contacts.problems import CONTACT_UNKNOWN, PRIMARY_REQUIRED
from app.contacts.repository import ContactRepository
from app.contacts.roles import Role, in_order
from app.contacts.submission import Document
from app.core.clock import Clock
from app.core.errors import ProblemError, Violation, refuse
from app.core.etag import Precondition


async def put(
    repository: ContactRepository,
    role: Role,
    wanted: Sequence[str],
    precondition: Precondition,
    clock: Clock,
) -> tuple[Document, int]:
    """Make these contacts, and nobody else, the holders of a role; return it and the version.

    Whoever held the role before is replaced in the same step, so that a role that must
    be held is never vacant. Raises ProblemError: 412, or 422 for contacts that are not there.
    """
    version = await repository.lock()
    precondition.check(version)
    holdings = await repository.holdings()
    held = holdings.of(role.code)
    leaving = [contact_id for contact_id in held if contact_id not in wanted]
    coming = [contact_id for contact_id in wanted if contact_id not in held]
    people = await repository.people([*leaving, *coming])
    _refuse_unknown(role, [one for one in coming if one not in people], wanted)
    for contact_id in leaving:
        await repository.take(role.code, contact_id)
    for contact_id in coming:
        await repository.give(role.code, contact_id)
    for contact_id in (*leaving, *coming):
        _record(repository, people[contact_id], holdings.roles_of(contact_id), role, clock)
    if leaving or coming:
        version = await repository.count_change()
    return await show(repository, role, clock), version


async def clear(
    repository: ContactRepository, role: Role, precondition: Precondition, clock: Clock
) -> None:
    """Leave a role vacant; raise ProblemError 409 when it must be held, or 412."""
    if role.required:
        raise ProblemError(
            PRIMARY_REQUIRED,
            "There must always be a primary contact: put another in its place. "
            "Nothing was changed.",
        )
    await put(repository, role, (), precondition, clock)


async def show(repository: ContactRepository, role: Role, clock: Clock) -> Document:
    """Return a role as it stands."""
    holdings = await repository.holdings()
    serving, _ = holdings.resolved(role)
    wanted = {*holdings.of(role.code), *((serving,) if serving else ())}
    return present_role(role, holdings, await repository.people(wanted), clock)


def _record(
    repository: ContactRepository,
    contact: Contact,
    before: list[str],
    role: Role,
    clock: Clock,
) -> None:
    """Count and record that a contact gained the role, or lost the one it had."""
    after = in_order(frozenset(before) ^ {role.code})
    now = clock.stamp()
    contact.version += 1
    contact.updated_at = now
    change = {"pointer": "/roles", "before": before, "after": after}
    repository.record(contact, "roles_changed", [change], now)


def _refuse_unknown(role: Role, unknown: Sequence[str], wanted: Sequence[str]) -> None:
    if unknown:
        raise refuse(
            [
                Violation(
                    CONTACT_UNKNOWN,
                    "/contact_id" if role.is_single else f"/contact_ids/{wanted.index(one)}",
                    f"The provider has no contact {one}.",
                    value=one,
                )
                for one in unknown
            ]
        )
