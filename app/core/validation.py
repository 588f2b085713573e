"""A document against a model: every problem at once, and what remains without them."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from app.core.document_paths import Places, Steps, without
from app.core.errors import MOST_VIOLATIONS, Violation, refuse
from app.core.fields.base import FIELD_TYPE, json_type
from app.core.json_pointer import pointer_to
from app.core.violations import violation_from

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Checked(Generic[M]):
    """What a document says, as far as it is valid.

    `model` is the document read with null at the places in `refused`, so that rules can
    still judge the rest; it is None when nothing could be read, and when more is wrong than a
    problem shows. Of that one more violation is kept, which tells that there were too many.
    """

    model: M | None
    violations: list[Violation]
    refused: frozenset[str]


def check(model: type[M], document: object) -> Checked[M]:
    """Read a JSON document as a `Written` model, without converting anything."""
    if not isinstance(document, dict):
        message = f"An object is needed here, not {json_type(document)}."
        return Checked(None, [Violation(FIELD_TYPE, "", message)], frozenset())
    try:
        return Checked(model.model_validate(document), [], frozenset())
    except ValidationError as error:
        errors = error.errors(include_url=False)
    places = Places(document)
    errors.sort(key=lambda error: places.of(error["loc"]))
    violations = [violation_from(error, model) for error in errors[: MOST_VIOLATIONS + 1]]
    if len(errors) > MOST_VIOLATIONS:
        return Checked(None, violations, frozenset())
    remaining, refused = _remaining(model, document, errors)
    return Checked(remaining, violations, frozenset(map(pointer_to, refused)))


def valid(model: type[M], document: object) -> M:
    """Return a JSON document as a model; raise ProblemError 422 with all that is wrong with it."""
    checked = check(model, document)
    if checked.violations or checked.model is None:
        raise refuse(checked.violations)
    return checked.model


def _remaining(
    model: type[M], document: dict[str, Any], errors: list[ErrorDetails]
) -> tuple[M | None, set[Steps]]:
    """Blank what is wrong until the rest is valid.

    Where null is not valid either, as for an entry of a list, what holds it is blanked.
    """
    unknown: set[Steps] = set()
    blanked: set[Steps] = set()
    while True:
        before = frozenset(blanked)
        for error in errors:
            steps = error["loc"]
            if error["type"] == "extra_forbidden":
                unknown.add(steps)
                continue
            while steps in before:
                steps = steps[:-1]
            if not steps:
                return None, blanked
            blanked.add(steps)
        try:
            return model.model_validate(without(document, unknown, blanked)), blanked
        except ValidationError as error:
            errors = error.errors(include_url=False)
