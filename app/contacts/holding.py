"""Who holds which role: the rules on assignments, judged without a database."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.contacts.roles import PRIMARY, ROLES, Role, in_order


@dataclass(frozen=True, slots=True)
class Holdings:
    """The roles of one provider's contacts, each with the ids of its holders."""

    holders: Mapping[str, tuple[str, ...]]

    def of(self, role: str) -> tuple[str, ...]:
        """Return who holds a role."""
        return self.holders.get(role, ())

    def roles_of(self, contact_id: str) -> list[str]:
        """Return the roles of one contact, in the order of the table."""
        return in_order(frozenset(role for role in ROLES if contact_id in self.of(role)))

    @property
    def has_primary(self) -> bool:
        """Say whether the provider has its primary contact yet."""
        return bool(self.of(PRIMARY))

    def is_primary(self, contact_id: str) -> bool:
        """Say whether this contact is the primary one."""
        return contact_id in self.of(PRIMARY)

    def taken(self, wanted: frozenset[str], contact_id: str | None) -> Iterator[tuple[str, str]]:
        """Yield each wanted role that only one may hold and another does, with that holder."""
        for code in in_order(wanted):
            if ROLES[code].is_single:
                yield from ((code, holder) for holder in self.of(code) if holder != contact_id)

    def resolved(self, role: Role) -> tuple[str | None, str | None]:
        """Return who serves in a role that one person holds, and the role they stand in from.

        A role of many has nobody who serves alone.
        """
        if not role.is_single:
            return None, None
        if self.of(role.code):
            return self.of(role.code)[0], None
        if role.fallback is not None and self.of(role.fallback):
            return self.of(role.fallback)[0], role.fallback
        return None, None
