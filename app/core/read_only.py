"""Fields that are not the client's: it may send them back as it read them, unchanged."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson

from app.core import text
from app.core.errors import ProblemError, Violation, declare, refuse
from app.core.violations import shown

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
            f"{name} is set by {owner}; it is {_as_json(current.get(name))} now.",
            value=shown(value),
        )
        for name, value in echoed.items()
        if not is_same(value, current.get(name))
    ]


def told_together(
    refusal: ProblemError, changed: Sequence[Violation], order: Callable[[Violation], Any]
) -> ProblemError:
    """Return the refusal of content with what was changed of the owner's fields beside it.

    A refusal for another reason than the content is told alone.
    """
    if not changed or not refusal.violations or refusal.kind.status != READ_ONLY.status:
        return refusal
    return refuse(sorted([*refusal.violations, *changed], key=order))


def is_same(sent: Any, current: Any) -> bool:
    """Tell whether a JSON value is the one that stands: `true` is not 1."""
    if isinstance(sent, dict) and isinstance(current, dict):
        return sent.keys() == current.keys() and all(
            is_same(value, current[name]) for name, value in sent.items()
        )
    if isinstance(sent, list) and isinstance(current, list):
        return len(sent) == len(current) and all(map(is_same, sent, current))
    return isinstance(sent, bool) is isinstance(current, bool) and bool(sent == current)


def _as_json(value: Any) -> str:
    written = orjson.dumps(value, default=str).decode()
    return written if len(written) <= text.SHOWN else f"{written[: text.SHOWN]}…"
