"""The record as clients read it: what is stored, and what follows from it today."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.activities.facts import ActivityFacts, facts_from
from app.activities.repository import Record
from app.activities.status import AT_ITS_END, Judgement, Status, judge, missing, status_of
from app.activities.surroundings import surroundings_of
from app.activities.warning_rules import CAUSED_BY_OTHERS, RecordWarning, warnings
from app.core.errors import Violation
from app.core.read_only import read_only_violations
from app.reference.boards import Board

_LAST = ("version", "created_at", "updated_at", "closed_at")


def present(record: Record, boards: Mapping[str, Board], today: date) -> Record:
    """Return a stored record with its status, what the next status lacks, and warnings."""
    if _is_closed(record) and not surroundings_of(record).warn:
        return _presented(record, AT_ITS_END, [])
    return present_facts(record, facts_from(record, boards), today)


def present_facts(record: Record, facts: ActivityFacts, today: date) -> Record:
    """Present a stored record as `present` does, where its facts have been read already."""
    judgement = judge(facts, closed=_is_closed(record), today=today)
    return _presented(record, judgement, warnings(facts, surroundings_of(record)))


def _presented(record: Record, judgement: Judgement, found: list[RecordWarning]) -> Record:
    presented = dict(record)
    presented.pop("surroundings", None)
    last = {name: presented.pop(name) for name in _LAST}
    presented["status"] = judgement.status
    presented["next_status"] = judgement.next_status
    presented["missing"] = [item.as_document() for item in judgement.missing]
    presented["warnings"] = [warning.as_document() for warning in found]
    presented.update(last)
    return presented


def _is_closed(record: Record) -> bool:
    return record["closed_at"] is not None


def present_missing(
    record: Record, up_to: Status, boards: Mapping[str, Board], today: date
) -> Record:
    """Return everything a stored record lacks up to a status; a closed one lacks nothing."""
    facts = facts_from(record, boards)
    closed = _is_closed(record)
    return {
        "activity_id": record["activity_id"],
        "status": status_of(facts, closed=closed, today=today),
        "for": up_to,
        "missing": [] if closed else [item.as_document() for item in missing(facts, up_to, today)],
    }


def warnings_of(record: Record, boards: Mapping[str, Board]) -> list[Record]:
    """Return the warnings of a stored record, as it shows them."""
    found = warnings(facts_from(record, boards), surroundings_of(record))
    return [warning.as_document() for warning in found]


def changed_of_record(
    echoed: Mapping[str, Any], record: Record, boards: Mapping[str, Board], today: date
) -> list[Violation]:
    """List what was sent back of a stored record and is not as it stands.

    The status that it had until its end date passed is not held against the client either:
    midnight took it away without a write, after the record was read.
    """
    changed = changed_fields(echoed, present(record, boards, today))
    end: str = record["end_date"]
    if changed and record["updated_at"][:10] <= end < today.isoformat():
        before = changed_fields(echoed, present(record, boards, date.fromisoformat(end)))
        then = {violation.pointer for violation in before}
        changed = [violation for violation in changed if violation.pointer in then]
    return changed


def changed_fields(echoed: Mapping[str, Any], current: Mapping[str, Any]) -> list[Violation]:
    """List what was sent back of the server's fields and is not as it stands.

    A warning that others cause is not held against the client: it may have come or gone
    since the record was read, although the record is the same.
    """
    return read_only_violations(_of_its_own(echoed), _of_its_own(current))


def _of_its_own(document: Mapping[str, Any]) -> Mapping[str, Any]:
    listed = document.get("warnings")
    if not isinstance(listed, list):
        return document
    own = [
        entry
        for entry in listed
        if not (isinstance(entry, dict) and entry.get("code") in CAUSED_BY_OTHERS)
    ]
    return {**document, "warnings": own}


def reference(record: Record) -> Record:
    """Name a record so that a client can go there, as a problem's `related` does."""
    provider_id, activity_id = record["provider_id"], record["activity_id"]
    return {
        "activity_id": activity_id,
        "internal_id": record["internal_id"],
        "title": record["title"],
        "format": record["format"],
        "start_date": record["start_date"],
        "version": record["version"],
        "href": f"/v1/providers/{provider_id}/activities/{activity_id}",
    }
