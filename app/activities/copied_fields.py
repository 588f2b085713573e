"""What a copy takes over from its original, field by field.

The table has the shape of the record. A field that is not in it stops the tests, so that
whoever adds a field decides what becomes of it in copies.
"""

from collections.abc import Iterator, Mapping
from enum import Enum, auto
from typing import Any, Final, TypeAlias


class Treatment(Enum):
    """What becomes of a field in a copy."""

    COPIED = auto()
    COPIED_UNLESS_GIVEN = auto()
    GIVEN = auto()
    """Given by the caller; unanswered otherwise."""
    NOT_COPIED = auto()
    """Unanswered in the copy: it is about what happened, and has not happened again yet."""


COPIED: Final = Treatment.COPIED
COPIED_UNLESS_GIVEN: Final = Treatment.COPIED_UNLESS_GIVEN
GIVEN: Final = Treatment.GIVEN
NOT_COPIED: Final = Treatment.NOT_COPIED

Fields: TypeAlias = "Mapping[str, Treatment | Fields | list[Fields]]"

COPIED_FIELDS: Final[Fields] = {
    "internal_id": GIVEN,
    "title": COPIED_UNLESS_GIVEN,
    "format": COPIED,
    "start_date": GIVEN,
    "end_date": GIVEN,
    "delivery_methods": COPIED_UNLESS_GIVEN,
    "location": COPIED_UNLESS_GIVEN,
    "city": COPIED_UNLESS_GIVEN,
    "state": COPIED_UNLESS_GIVEN,
    "country": COPIED_UNLESS_GIVEN,
    "credits": COPIED,
    "description": COPIED,
    "cme_finder": COPIED,
    "fee": COPIED,
    "registration": COPIED,
    "url": COPIED,
    "providership": COPIED,
    "joint_providers": COPIED,
    "outcome_measures": [{"measure": COPIED, "kinds": COPIED}],
    "commercial_support": {
        "received": NOT_COPIED,
        "sources": [
            {
                "source": NOT_COPIED,
                "monetary": NOT_COPIED,
                "amount": NOT_COPIED,
                "in_kind": NOT_COPIED,
                "in_kind_nature": NOT_COPIED,
                "received_year": NOT_COPIED,
            }
        ],
    },
    "learners": {"physicians": NOT_COPIED, "others": NOT_COPIED},
    "moc": {
        "registered": COPIED,
        "attestation": {"attested_by": NOT_COPIED, "attested_on": NOT_COPIED},
        "boards": [
            {
                "board": COPIED,
                "practice_areas": COPIED,
                "credit_types": COPIED,
                "credits": COPIED,
                "content_areas": COPIED,
                "credit_claim_date": NOT_COPIED,
                "fee": COPIED,
                "registration": COPIED,
                "url": COPIED,
            }
        ],
    },
}


def copied(content: Mapping[str, Any], fields: Fields = COPIED_FIELDS) -> dict[str, Any]:
    """Return what of a record's content goes into a copy; the rest is left out."""
    return dict(_copied(content, fields))


def _copied(content: Mapping[str, Any], fields: Fields) -> Iterator[tuple[str, Any]]:
    for name, row in fields.items():
        value = content[name]
        if isinstance(row, Treatment):
            if row in (COPIED, COPIED_UNLESS_GIVEN):
                yield name, value
        elif isinstance(row, list):
            entries = [copied(entry, row[0]) for entry in value]
            if any(entries):
                yield name, entries
        elif value is not None:
            part = copied(value, row)
            if part:
                yield name, part
