"""How a record of a batch says which activity it is about."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import Field

from app.activities.repository import Key
from app.activities.schemas import FormatName
from app.activities.submission import KEY_FIELDS
from app.core.errors import Violation, refuse
from app.core.fields import Identifier, IsoDate
from app.core.replies import Part
from app.core.validation import check
from app.core.violations import FIELD_REQUIRED

NAMING_FIELDS: Final = ("activity_id", *KEY_FIELDS)


class NamingFields(Part):
    """What names an activity: the system's id, or the provider's own key."""

    activity_id: Annotated[str, Field(pattern="^[0-9]{9}$")] | None = None
    internal_id: Annotated[str, Identifier(100)] | None = None
    format: FormatName | None = None
    start_date: IsoDate | None = None


@dataclass(frozen=True, slots=True)
class ActivityName:
    """Which activity a record is about, as far as that could be read."""

    activity_id: str | None = None
    key: Key | None = None
    violations: tuple[Violation, ...] = ()

    def __iter__(self) -> Iterator[object]:
        return filter(None, (self.activity_id, self.key))

    def insist(self) -> None:
        """Raise ProblemError 422 unless the activity is named."""
        if self.violations:
            raise refuse(self.violations)
        if self.activity_id is None and self.key is None:
            message = "Name the activity: by activity_id, or by format, start_date, internal_id."
            raise refuse([Violation(FIELD_REQUIRED, "/activity_id", message)])


def name_in(document: Mapping[str, Any]) -> ActivityName:
    """Read which activity a document is about."""
    checked = check(NamingFields, {name: document.get(name) for name in NAMING_FIELDS})
    fields, wrong = checked.model, tuple(checked.violations)
    if wrong or fields is None:
        return ActivityName(violations=wrong)
    key = None
    if fields.format is not None and fields.start_date is not None:
        key = Key(fields.format, fields.start_date, fields.internal_id)
    return ActivityName(fields.activity_id, key)
