"""Records that a batch only names: whatever else is sent must be as it stands."""

from collections.abc import Mapping
from typing import Any

from app.batch.problems import ONLY_NAMED
from app.core.errors import Violation, refuse
from app.core.read_only import is_same
from app.core.violations import shown


def refuse_content(document: Mapping[str, Any], current: Mapping[str, Any]) -> None:
    """Refuse with 422 what is sent and is not as the record stands: it would not be saved."""
    wrong = [
        Violation(
            ONLY_NAMED,
            f"/{name}",
            f"{shown(name)} is not saved with this action: leave it out, or send it as read.",
            shown(value),
        )
        for name, value in document.items()
        if name not in ("meta", "warnings")
        and (name not in current or not is_same(value, current[name]))
    ]
    if wrong:
        raise refuse(wrong)
