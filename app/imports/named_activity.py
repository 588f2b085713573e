"""Which activity a completion in a file belongs to: by its id, or by the provider's key."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Final, NamedTuple

from app.activities.formats import FORMAT_OF_LEGACY_CODE
from app.activities.repository import Key
from app.core.errors import ProblemError, Violation, declare, refuse
from app.core.fields import Identifier, IsoDate, Text, Written
from app.core.fields.base import FIELD_TYPE, json_type
from app.core.validation import check
from app.core.violations import FIELD_REQUIRED

ACTIVITY_UNKNOWN = declare(
    "import.activity_unknown",
    422,
    "There is no such activity",
    "Import the activity first, or correct its id or key; its completions wait for it.",
)
ACTIVITY_CONTRADICTED = declare(
    "import.activity_contradicted",
    422,
    "The row names two activities",
    "Name the activity by its id or by its key; with both, say the key that it has.",
)
_ID: Final = "activity_id"
_MEMBER: Final = "activity"


class ActivityKey(Written):
    """The key of an activity, as a row says it."""

    format: Annotated[str, Text(100)] | None = None
    start_date: IsoDate | None = None
    internal_id: Annotated[str, Identifier(100)] | None = None


class NamedActivity(NamedTuple):
    """An activity as a row names it: by its id or by its key, or by both."""

    activity_id: str | None
    format: str | None = None
    start_date: date | None = None
    internal_id: str | None = None

    @property
    def key(self) -> Key:
        """Return the key, where there is no id."""
        if self.format is None or self.start_date is None:
            message = "an activity is named by its id or by its key"
            raise ValueError(message)
        return Key(self.format, self.start_date, self.internal_id)


def named_activity(document: Mapping[str, Any]) -> tuple[NamedActivity, dict[str, Any]]:
    """Return the activity that a row names, and the row without that.

    Raises ProblemError 422 when it names none, or names it wrongly.
    """
    content = {name: value for name, value in document.items() if name != _MEMBER}
    activity_id = content.pop(_ID, None)
    if not isinstance(activity_id, str | None):
        message = f"Text is needed here, not {json_type(activity_id)}."
        raise refuse([Violation(FIELD_TYPE, f"/{_ID}", message, activity_id)])
    key = _key(document.get(_MEMBER))
    if activity_id is None and (key.format is None or key.start_date is None):
        message = "Name the activity by its activity_id, or by format, start_date and internal_id."
        raise refuse([Violation(FIELD_REQUIRED, f"/{_ID}", message)])
    known = FORMAT_OF_LEGACY_CODE.get(key.format or "")
    code = known.code if known else key.format
    return NamedActivity(activity_id, code, key.start_date, key.internal_id), content


def refusal_of(named: NamedActivity, activity: Mapping[str, Any] | None) -> ProblemError | None:
    """Return the refusal of a row whose activity is not there, or has another key than it says."""
    if activity is None:
        told = named.activity_id or " ".join(map(str, named.key))
        pointer = f"/{_ID}" if named.activity_id else f"/{_MEMBER}"
        message = f"There is no activity {told}."
        return refuse([Violation(ACTIVITY_UNKNOWN, pointer, message, told)])
    day = named.start_date and named.start_date.isoformat()
    key = {"format": named.format, "start_date": day, "internal_id": named.internal_id}
    contradicted = [
        Violation(
            ACTIVITY_CONTRADICTED,
            f"/{_MEMBER}/{name}",
            f"Activity {named.activity_id} has {activity[name]}; say the same or leave it out.",
            said,
        )
        for name, said in key.items()
        if named.activity_id is not None and said not in (None, activity[name])
    ]
    return refuse(contradicted) if contradicted else None


def _key(sent: Any) -> ActivityKey:
    if sent is None:
        return ActivityKey()
    checked = check(ActivityKey, sent)
    if checked.violations or checked.model is None:
        raise refuse(
            [replace(one, pointer=f"/{_MEMBER}{one.pointer}") for one in checked.violations]
        )
    return checked.model
