"""Fields that are not the client's: it may send them back as it read them, unchanged."""

from collections.abc import Mapping
from typing import Any

from app.core.errors import Violation, declare, refuse

READ_ONLY = declare(
    "read_only",
    422,
    "The field is the server's",
    "Leave the field out, or send it back as it was read.",
)


def read_only_violations(
    echoed: Mapping[str, Any], current: Mapping[str, Any], owner: str = "the server"
) -> list[Violation]:
    """List what differs from the fields of the current record that belong to the owner."""
    return [
        Violation(
            READ_ONLY,
            f"/{name}",
            f"{name} is set by {owner}; it is {current.get(name)!r} now.",
            value=value,
        )
        for name, value in echoed.items()
        if value != current.get(name)
    ]


def refuse_read_only(echoed: Mapping[str, Any], current: Mapping[str, Any]) -> None:
    """Refuse with 422 what differs from the server's own fields of the current record."""
    changed = read_only_violations(echoed, current)
    if changed:
        raise refuse(changed)
