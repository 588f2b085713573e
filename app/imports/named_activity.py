"""Which activity a completion in a file belongs to: by its id, or by the provider's key."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from app.activities.formats import FORMAT_OF_LEGACY_CODE
from app.activities.repository import Key
from app.core.errors import ProblemError, Violation, declare, refuse
from app.core.violations import FIELD_REQUIRED

ACTIVITY_UNKNOWN = declare(
    "import.activity_unknown",
    422,
    "There is no such activity",
    "Import the activity first, or correct its id or key; its completions wait for it.",
)
_MEMBER: Final = "activity"


class NamedActivity(NamedTuple):
    """An activity as a row names it."""

    activity_id: str | None
    key: Key | None

    @property
    def required_key(self) -> Key:
        """Return the key, where there is no id."""
        if self.key is None:
            message = "an activity is named by its id or by its key"
            raise ValueError(message)
        return self.key


def named_activity(document: Mapping[str, Any]) -> tuple[NamedActivity, dict[str, Any]]:
    """Return the activity that a row names, and the row without that.

    Raises ProblemError 422 when it names none.
    """
    content = {name: value for name, value in document.items() if name != _MEMBER}
    activity_id = content.pop("activity_id", None)
    if isinstance(activity_id, str):
        return NamedActivity(activity_id, None), content
    key = _key(document.get(_MEMBER))
    if key is None:
        message = "Name the activity by its activity_id, or by format, start_date and internal_id."
        raise refuse([Violation(FIELD_REQUIRED, "/activity_id", message)])
    return NamedActivity(None, key), content


def unknown_activity(named: NamedActivity) -> ProblemError:
    """Return the refusal of a row whose activity is not there."""
    told = named.activity_id or " ".join(map(str, named.required_key))
    message = f"There is no activity {told}."
    pointer = "/activity_id" if named.activity_id else "/activity"
    return refuse([Violation(ACTIVITY_UNKNOWN, pointer, message, told)])


def _key(sent: Any) -> Key | None:
    if not isinstance(sent, Mapping):
        return None
    code, start, internal_id = (sent.get(name) for name in ("format", "start_date", "internal_id"))
    if not isinstance(code, str) or not isinstance(start, str):
        return None
    if not isinstance(internal_id, str | None):
        return None
    try:
        day = date.fromisoformat(start)
    except ValueError:
        return None
    known = FORMAT_OF_LEGACY_CODE.get(code)
    return Key(known.code if known else code, day, internal_id or None)
