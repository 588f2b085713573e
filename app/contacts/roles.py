"""The roles that a provider's contacts hold: one row each, and all that follows from it."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

SOURCE: Final = "Contacts in PARS"


@dataclass(frozen=True, slots=True)
class Role:
    """A role: how many may hold it, whether somebody must, and who stands in.

    `most` is None when any number of people may hold the role. `fallback` names the
    role whose holder stands in while this one is vacant; it is looked up whenever the
    role is read and never copied.
    """

    code: str
    title: str
    purpose: str
    passage: str
    most: int | None = 1
    required: bool = False
    fallback: str | None = None

    @property
    def is_single(self) -> bool:
        """Say whether one person at most holds the role."""
        return self.most == 1

    @property
    def source(self) -> str:
        """Name the passage that the row is taken from."""
        return f"{SOURCE}: {self.passage}"


PRIMARY: Final = "primary"
BILLING: Final = "billing"
CEO: Final = "ceo"
STAFF: Final = "staff"
WEBSITE: Final = "website"
TECHNICAL: Final = "technical"
MEDICAL_DIRECTOR: Final = "medical_director"

ROLES: Final = MappingProxyType(
    {
        role.code: role
        for role in (
            Role(
                PRIMARY,
                "Primary contact",
                "Receives all official communications; the first point of contact for "
                "questions about the accreditation.",
                "Primary Contact (Required)",
                required=True,
            ),
            Role(
                BILLING,
                "Billing contact",
                "Receives invoices and other payment-related information.",
                "Billing Contact (Optional)",
                fallback=PRIMARY,
            ),
            Role(
                CEO,
                "CEO contact",
                "Leads the organization and is ultimately responsible for its accredited program.",
                "CEO Contact (Optional)",
            ),
            Role(
                STAFF,
                "Staff",
                "Anyone who is to have access to the organization's records.",
                "Staff (Optional)",
                most=None,
            ),
            Role(
                WEBSITE,
                "Website contact",
                "Answers inquiries of the public; published in the directory of providers.",
                "ACCME Website Contact (Optional)",
                fallback=PRIMARY,
            ),
            Role(
                TECHNICAL,
                "Technical contact",
                "Responsible for information systems and technical updates of the records.",
                "Technical Contact (Optional)",
            ),
            Role(
                MEDICAL_DIRECTOR,
                "Medical director",
                "Leads medically and oversees the strategic operations.",
                "Medical Director (Optional)",
            ),
        )
    }
)
"""All roles by code, in the order in which people read them."""


def in_order(codes: frozenset[str]) -> list[str]:
    """Return role codes in the order of the table."""
    return [code for code in ROLES if code in codes]
