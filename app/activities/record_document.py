"""The shape of the record document: the fields a client writes, in document order.

Errors are told in this order, and a rule that points to a field is held against it.
"""

import re
from collections.abc import Mapping
from typing import Any, TypeAlias

Fields: TypeAlias = dict[str, "Fields | list[Fields] | None"]

FIELDS: Fields = {
    "internal_id": None,
    "title": None,
    "format": None,
    "start_date": None,
    "end_date": None,
    "delivery_methods": [{}],
    "location": None,
    "city": None,
    "state": None,
    "country": None,
    "credits": None,
    "description": None,
    "cme_finder": None,
    "fee": None,
    "registration": None,
    "url": None,
    "providership": None,
    "joint_providers": [{}],
    "outcome_measures": [{"measure": None, "kinds": [{}]}],
    "commercial_support": {
        "received": None,
        "sources": [
            {
                "source": None,
                "monetary": None,
                "amount": None,
                "in_kind": None,
                "in_kind_nature": [{}],
                "received_year": None,
            }
        ],
    },
    "learners": {"physicians": None, "others": None},
    "moc": {
        "registered": None,
        "attestation": {"attested_by": None, "attested_on": None},
        "boards": [
            {
                "board": None,
                "practice_areas": [{}],
                "credit_types": [{}],
                "credits": None,
                "content_areas": [{}],
                "credit_claim_date": None,
                "fee": None,
                "registration": None,
                "url": None,
            }
        ],
    },
}
"""A field is None, an object its fields, a list a list of the fields of its entries."""

_ENTRY = re.compile(r"\d+|\{i\}")


def fits(pointer: str) -> bool:
    """Say whether a JSON pointer, or a template with `{i}` for positions, names a field."""
    place: Any = FIELDS
    for step in pointer.split("/")[1:]:
        if isinstance(place, list) and _ENTRY.fullmatch(step):
            place = place[0]
        elif isinstance(place, dict) and step in place:
            place = place[step]
        else:
            return False
    return pointer.startswith("/")


def document_order(pointer: str) -> tuple[int, ...]:
    """Return a key that sorts pointers as their fields stand in the document.

    What the document does not know comes last.
    """
    key: list[int] = []
    place: Any = FIELDS
    for step in pointer.split("/")[1:]:
        if isinstance(place, list):
            key.append(int(step) if step.isdecimal() else 0)
            place = place[0]
        else:
            names = list(place or ())
            known = step in names
            key.append(names.index(step) if known else len(names))
            place = place[step] if known else None
    return tuple(key)


def value_at(document: Mapping[str, Any], pointer: str) -> Any:
    """Return what stands at this pointer, or None where nothing does."""
    place: Any = document
    for step in pointer.split("/")[1:]:
        if isinstance(place, list) and step.isdecimal() and int(step) < len(place):
            place = place[int(step)]
        elif isinstance(place, Mapping):
            place = place.get(step)
        else:
            return None
    return place
