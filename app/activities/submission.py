"""From what a client sent to content that may be saved: every problem at once, or none."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from app.activities.consistency import violations
from app.activities.facts import ActivityFacts, facts_from
from app.activities.formats import FORMAT_OF_LEGACY_CODE
from app.activities.problems import KEY_MISMATCH
from app.activities.record_document import document_order
from app.activities.repository import Key, Record
from app.activities.schemas import ActivityContent
from app.core.errors import Violation, refuse
from app.core.valid_documents import DocumentReader
from app.core.validation import check
from app.core.violations import FIELD_ENUM
from app.reference.boards import Board

SERVER_FIELDS: Final = (
    "activity_id",
    "provider_id",
    "status",
    "next_status",
    "missing",
    "warnings",
    "version",
    "created_at",
    "updated_at",
    "closed_at",
)
_OF_THE_SERVER: Final = frozenset((*SERVER_FIELDS, "meta"))
KEY_FIELDS: Final = ("format", "start_date", "internal_id")
CONTENT_FIELDS: Final = tuple(ActivityContent.model_fields)
_VALID: Final = DocumentReader(ActivityContent)


@dataclass(frozen=True, slots=True)
class Submission:
    """Content that is valid in itself, what the rules read of it, and what was echoed."""

    content: Record
    facts: ActivityFacts
    echoed: Record

    @property
    def key(self) -> Key:
        """Return what identifies the record."""
        facts = self.facts
        if facts.format is None or facts.start_date is None:
            message = "what was judged has a format and a start date"
            raise ValueError(message)
        return Key(facts.format, facts.start_date, facts.internal_id)


def submission(
    document: Any,
    provider_id: str,
    boards: Mapping[str, Board],
    key: Key | None = None,
) -> Submission:
    """Judge a document by itself; `key` is the one in the URL, if the URL has one.

    Raises ProblemError 422 with every violation, in the order of the record's fields.
    """
    found: list[Violation] = []
    echoed = echo_in(document) if key is None else pushed_echo_in(document)
    if isinstance(document, dict):
        if not _OF_THE_SERVER.isdisjoint(document):
            document = {name: document[name] for name in document if name not in _OF_THE_SERVER}
        if key is not None:
            found += _key_mismatches(document, key)
            document = {**document, **key_fields(key)}
    content, refused = _VALID.read(document), frozenset[str]()
    if content is None:
        checked = check(ActivityContent, document)
        found += map(_naming_the_format, checked.violations)
        if checked.model is None:
            raise refuse(found)
        content, refused = checked.model.model_dump(mode="json"), checked.refused
    facts = facts_from(content, boards)
    found += violations(content, facts, provider_id, boards, refused=refused)
    if found:
        raise refuse(sorted(found, key=in_order))
    for source in content["commercial_support"]["sources"]:
        if source["received_year"] is None:
            source["received_year"] = int(content["end_date"][:4])
    return Submission(content, facts, echoed)


def echo_in(document: Any) -> Record:
    """Return what a document sends back of the server's fields."""
    if not isinstance(document, dict):
        return {}
    return {name: document[name] for name in SERVER_FIELDS if name in document}


def pushed_echo_in(document: Any) -> Record:
    """Return the same of a push, without nulls: they were true when the record was new.

    Whoever writes down fields that it does not know pushes the same again, without harm.
    """
    return {name: value for name, value in echo_in(document).items() if value is not None}


def key_fields(key: Key) -> Record:
    """Return a key as the fields of a record."""
    return {
        "format": key.format,
        "start_date": key.start_date.isoformat(),
        "internal_id": key.internal_id,
    }


def in_order(violation: Violation) -> tuple[int, ...]:
    """Return a key that sorts violations in document order; the server's fields come last."""
    return document_order(violation.pointer)


def _naming_the_format(violation: Violation) -> Violation:
    """Say of an older code of a format which one it means; imports alone understand it."""
    if (violation.kind, violation.pointer) != (FIELD_ENUM, "/format"):
        return violation
    known = FORMAT_OF_LEGACY_CODE.get(violation.value.upper())
    return replace(violation, did_you_mean=(known.code,)) if known else violation


def _key_mismatches(document: Mapping[str, Any], key: Key) -> list[Violation]:
    return [
        Violation(
            KEY_MISMATCH,
            f"/{name}",
            f"The URL says {value}; the body must say the same or leave {name} out.",
            value=document[name],
        )
        for name, value in key_fields(key).items()
        if document.get(name) not in (None, value)
    ]
