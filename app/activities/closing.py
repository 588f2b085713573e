"""Closing: the deed that makes a record the report of record."""

from collections.abc import Mapping, Sequence
from datetime import date

from app.activities.facts import facts_from
from app.activities.presenting import present
from app.activities.problems import NOT_READY
from app.activities.record_document import document_order
from app.activities.repository import ActivityRepository, Record
from app.activities.status import Missing, Status, missing
from app.auth.access import existing
from app.core.errors import CATALOGUE, ErrorCode, ProblemError, Violation
from app.core.etag import Precondition
from app.reference.boards import Board


async def close(
    repository: ActivityRepository,
    activity_id: str,
    boards: Mapping[str, Board],
    today: date,
    precondition: Precondition,
) -> tuple[Record, bool]:
    """Close an activity; return the record and whether it was closed already.

    The record is locked first, also against new learner completions, and judged then,
    so that nothing can change between the judgement and the deed.
    Raises ProblemError: 404, 412, or 409 `activity.not_ready` with all that is missing.
    """
    record = existing(await repository.get_for_deed(activity_id))
    precondition.check(record["version"])
    already = record["closed_at"] is not None
    if not already:
        record = await close_record(repository, record, boards, today)
    return present(record, boards, today), already


async def close_record(
    repository: ActivityRepository, record: Record, boards: Mapping[str, Board], today: date
) -> Record:
    """Close a locked record that has everything Closed needs, or refuse with the list."""
    items = missing(facts_from(record, boards), Status.CLOSED, today)
    if items:
        raise not_ready(NOT_READY, "The activity is not ready to be closed.", items)
    return {**record, **await repository.close(record["activity_id"])}


def not_ready(kind: ErrorCode, reason: str, items: Sequence[Missing]) -> ProblemError:
    """Return the refusal that lists everything a record lacks.

    `errors` is in document order, as of every problem; `missing` by the status that is blocked.
    """
    count = "1 thing is missing" if len(items) == 1 else f"{len(items)} things are missing"
    return ProblemError(
        kind,
        f"{reason} {count}. Nothing was saved.",
        violations=[
            Violation(CATALOGUE[item.code], item.pointer, item.text, source=item.source)
            for item in sorted(items, key=lambda item: document_order(item.pointer))
        ],
        members={"missing": [item.as_document() for item in items]},
    )
