"""What changed between two states of a record, field by field."""

from collections.abc import Mapping
from typing import Any

Change = dict[str, Any]

# Objects whose members are followed one by one; every other value changes as a whole.
_FOLLOWED = ("commercial_support", "learners", "moc")


def fields(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a record's content by their JSON pointers."""
    flat: dict[str, Any] = {}
    for name, value in content.items():
        if name in _FOLLOWED:
            flat.update({f"/{name}/{member}": inner for member, inner in value.items()})
        else:
            flat[f"/{name}"] = value
    return flat


def changes(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> list[Change]:
    """List the fields that differ; everything answered, when there was no record before."""
    if before is None:
        return [
            {"pointer": pointer, "before": None, "after": value}
            for pointer, value in fields(after).items()
            if value is not None and value != []
        ]
    old = fields(before)
    return [
        {"pointer": pointer, "before": old.get(pointer), "after": value}
        for pointer, value in fields(after).items()
        if old.get(pointer) != value
    ]
