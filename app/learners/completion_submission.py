"""From what a client sent of a completion to content that may be saved."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from app.activities.warning_rules import RecordWarning
from app.core.errors import Violation, refuse
from app.core.validation import check
from app.learners.completion_fields import has_year
from app.learners.completion_rules import completion_violations
from app.learners.completion_schemas import CompletionContent
from app.learners.completion_terms import ActivityTerms

Record = dict[str, Any]

CONTENT_FIELDS: Final = tuple(CompletionContent.model_fields)
SERVER_FIELDS: Final = (
    "completion_id",
    "activity_id",
    "provider_id",
    "version",
    "created_at",
    "updated_at",
)
# What is worked out anew whenever a completion is read, and may come back with it.
_TOLD_ANEW: Final = frozenset({"warnings", "meta"})
_IDENTIFIERS: Final = ("license_id", "npi")
_SOURCE: Final = "PARS FAQ: learner data for MOC"
_YEAR_DROPPED: Final = RecordWarning(
    "completions.birth_year_dropped",
    "/birth_month_day",
    "Send the month and the day alone: the year is not wanted and was not kept.",
    "the birthday came with its year",
    _SOURCE,
)
_NOT_IDENTIFIED: Final = RecordWarning(
    "completions.learner_not_identified",
    "/npi",
    "Send an NPI, a licence or the board's own id: names alone are not unique.",
    "nothing but the name says who the learner is",
    _SOURCE,
)


@dataclass(frozen=True, slots=True)
class BoardDay:
    """A learner of a board that takes one completion of an activity a day, and the day."""

    board: str
    board_learner_id: str
    completed_on: date


@dataclass(frozen=True, slots=True)
class CompletionSubmission:
    """Content that is valid for its activity, and what was echoed of the server's fields."""

    content: Record
    echoed: Record
    year_dropped: bool
    days: frozenset[BoardDay]


def completion_submission(document: Any, terms: ActivityTerms) -> CompletionSubmission:
    """Judge a completion by itself and by its activity's terms.

    Raises ProblemError 422 with every violation, in the order of the fields.
    """
    echoed = echo_in(document)
    said = document
    if isinstance(document, dict):
        said = {
            name: value
            for name, value in document.items()
            if name not in SERVER_FIELDS and name not in _TOLD_ANEW
        }
    checked = check(CompletionContent, said)
    if checked.model is None or checked.violations:
        found = checked.violations + _beside(said, checked.violations, terms)
        raise refuse(sorted(found, key=in_order))
    content = checked.model.model_dump(mode="json")
    found = list(completion_violations(content, terms))
    if found:
        raise refuse(found)
    return CompletionSubmission(
        content, echoed, has_year(said.get("birth_month_day")), days_of(content, terms)
    )


def echo_in(document: Any) -> Record:
    """Return what a document sends back of the server's fields.

    Null is nothing sent back: it was true when the completion was new, and may be sent again.
    """
    if not isinstance(document, dict):
        return {}
    return {name: document[name] for name in SERVER_FIELDS if document.get(name) is not None}


def days_of(content: Record, terms: ActivityTerms) -> frozenset[BoardDay]:
    """Return the days that a completion takes with boards that give each only once."""
    if not content["board_credits"]:
        return frozenset()
    day = date.fromisoformat(content["completed_on"])
    return frozenset(
        BoardDay(entry["board"], entry["board_learner_id"], day)
        for entry in content["board_credits"]
        if terms.boards[entry["board"]].one_a_day
    )


def completion_warnings(content: Record, *, year_dropped: bool) -> Iterator[RecordWarning]:
    """Find what looks wrong about a completion and blocks nothing."""
    if year_dropped:
        yield _YEAR_DROPPED
    if not content["board_credits"] and all(content[name] is None for name in _IDENTIFIERS):
        yield _NOT_IDENTIFIED


def _beside(said: Any, refused: Sequence[Violation], terms: ActivityTerms) -> list[Violation]:
    """Find what the rules say of the fields that the schema did not refuse."""
    if not isinstance(said, dict):
        return []
    at = [f"{violation.pointer}/" for violation in refused]
    stand_ins = {"given_name": "-", "family_name": "-", "completed_on": str(terms.start_date)}
    read = {name: value for name, value in stand_ins.items() if f"/{name}/" in at}
    rest = check(CompletionContent, {**said, **read})
    if rest.model is None:
        return []
    content = rest.model.model_dump(mode="json")
    return [
        violation
        for violation in completion_violations(content, terms)
        if not any(
            pointer.startswith(f"{violation.pointer}/") or f"{violation.pointer}/" == pointer
            for pointer in at
        )
    ]


def in_order(violation: Violation) -> int:
    """Return a key that sorts violations in the order of the fields; others come first."""
    name = violation.pointer.split("/")[1:2]
    return CONTENT_FIELDS.index(name[0]) if name and name[0] in CONTENT_FIELDS else -1
