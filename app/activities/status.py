"""Status, derived: where a record stands today, and what keeps it from going on.

Nothing here reads the clock or the database, and nothing is stored: the change from
Active to Ready to Close happens at midnight without a write. Only closing is a deed, so
`closed` is told and never worked out.
"""

from datetime import date
from typing import Any, NamedTuple

from app.activities.facts import ActivityFacts
from app.activities.lifecycle import Status
from app.activities.requirements import ENDED, REQUIREMENTS
from app.rules import Checklist, Lack

__all__ = [
    "AT_ITS_END",
    "Judgement",
    "Missing",
    "Status",
    "judge",
    "missing",
    "status_of",
]


class Missing(NamedTuple):
    """One thing a record lacks: where, what to do, why it is asked, what it blocks."""

    code: str
    pointer: str
    text: str
    because: str | None
    blocks: Status
    source: str

    def as_document(self) -> dict[str, Any]:
        """Return the entry of a record's `missing`."""
        return {
            "code": self.code,
            "pointer": self.pointer,
            "text": self.text,
            "because": self.because,
            "blocks": self.blocks.value,
            "source": self.source,
        }


class Judgement(NamedTuple):
    """Where a record stands, where it can go next, and all it lacks to get there."""

    status: Status
    next_status: Status | None
    missing: tuple[Missing, ...]


_ASKED_OF_ACTIVE_AND_LATER = Checklist(
    row for row in REQUIREMENTS if Status.ACTIVE.reaches(row.blocks) and not row.only
)
_ASKED_FROM = {
    status: Checklist(row for row in REQUIREMENTS if row.blocks is status) for status in Status
}
_ASKED_UP_TO = {
    status: Checklist(
        row
        for row in REQUIREMENTS
        if status.reaches(row.blocks) and (not row.only or row.blocks is status)
    )
    for status in Status
}
AT_ITS_END = Judgement(Status.CLOSED, None, ())
"""How every closed record is judged."""


def judge(facts: ActivityFacts, *, closed: bool, today: date) -> Judgement:
    """Return status, next status and what the next status lacks, in one pass."""
    if closed:
        return AT_ITS_END
    ended = ENDED.holds(facts, today)
    lacks = _ASKED_OF_ACTIVE_AND_LATER.lacks(facts, today)
    if lacks:
        coming = Status.READY_TO_CLOSE if ended else Status.ACTIVE
        return Judgement(Status.DRAFT, coming, _missing_from(lacks))
    status = Status.READY_TO_CLOSE if ended else Status.ACTIVE
    coming = Status.CLOSED if ended else Status.READY_TO_CLOSE
    return Judgement(status, coming, _missing_from(_ASKED_FROM[coming].lacks(facts, today)))


def status_of(facts: ActivityFacts, *, closed: bool, today: date) -> Status:
    """Return the status the record has today."""
    return judge(facts, closed=closed, today=today).status


def missing(facts: ActivityFacts, up_to: Status, today: date) -> tuple[Missing, ...]:
    """Return everything a record that is not closed lacks, up to and with this status.

    `activity.not_ended` is asked for Active alone: the later statuses want the opposite.
    """
    return _missing_from(_ASKED_UP_TO[up_to].lacks(facts, today))


def _missing_from(lacks: list[Lack[Status]]) -> tuple[Missing, ...]:
    return tuple(
        [
            Missing(
                lack.row.code,
                lack.pointer,
                lack.text,
                lack.because,
                lack.row.blocks,
                lack.row.source,
            )
            for lack in lacks
        ]
    )
