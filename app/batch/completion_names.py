"""How a record of a batch says which completion it is about."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import Field

from app.core.errors import Violation, refuse
from app.core.fields import Identifier
from app.core.replies import Part
from app.core.validation import check
from app.core.violations import FIELD_REQUIRED
from app.learners.completion_book import CompletionBook
from app.learners.completion_submission import Record

NAMING_FIELDS: Final = ("completion_id", "credit_id")


class NamingFields(Part):
    """What names a completion: the system's id, or the client's own."""

    completion_id: Annotated[str, Field(pattern="^[0-9]{12}$")] | None = None
    credit_id: Annotated[str, Identifier(300)] | None = None


@dataclass(frozen=True, slots=True)
class CompletionName:
    """Which completion a record is about, as far as that could be read."""

    completion_id: str | None = None
    credit_id: str | None = None
    violations: tuple[Violation, ...] = ()

    def found_in(self, book: CompletionBook) -> Record | None:
        """Return the completion of the book's activity that is named, or None."""
        if self.completion_id is not None:
            return book.get(self.completion_id)
        found = book.under(self.credit_id)
        return None if found is None else book.get(found["completion_id"])

    def __iter__(self) -> Iterator[object]:
        if self.completion_id is not None:
            yield "completion_id", self.completion_id
        if self.credit_id is not None:
            yield "credit_id", self.credit_id

    def insist(self) -> None:
        """Raise ProblemError 422 unless the completion is named."""
        if self.violations:
            raise refuse(self.violations)
        if self.completion_id is None and self.credit_id is None:
            message = "Name the completion by your own credit_id, or by its completion_id."
            raise refuse([Violation(FIELD_REQUIRED, "/credit_id", message)])


def name_in(document: Mapping[str, Any]) -> CompletionName:
    """Read which completion a document is about."""
    checked = check(NamingFields, {name: document.get(name) for name in NAMING_FIELDS})
    fields, wrong = checked.model, tuple(checked.violations)
    if wrong or fields is None:
        return CompletionName(violations=wrong)
    return CompletionName(fields.completion_id, fields.credit_id)
