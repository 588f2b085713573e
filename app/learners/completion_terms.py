"""What an activity allows its completions: its period, its credits, its boards."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.activities.closing import not_ready
from app.activities.facts import ActivityFacts, facts_from
from app.activities.repository import Record
from app.activities.status import Status, judge
from app.learners.completion_problems import ACTIVITY_IS_DRAFT
from app.reference.boards import Board


@dataclass(frozen=True, slots=True)
class BoardTerms:
    """What the registration with a board allows."""

    credit_types: tuple[str, ...]
    most_credits: float | None
    one_a_day: bool


@dataclass(frozen=True, slots=True)
class ActivityTerms:
    """What a completion of one activity is held against, on one day."""

    start_date: date
    end_date: date
    most_credits: float | None
    boards: Mapping[str, BoardTerms]
    today: date


def terms_of(record: Record, boards: Mapping[str, Board], today: date) -> ActivityTerms:
    """Return the terms of a stored activity; raise 409 while it is a draft."""
    facts = facts_from(record, boards)
    judgement = judge(facts, closed=record["closed_at"] is not None, today=today)
    if judgement.status is Status.DRAFT:
        raise not_ready(ACTIVITY_IS_DRAFT, "The activity is a draft.", judgement.missing)
    return ActivityTerms(
        start_date=date.fromisoformat(record["start_date"]),
        end_date=date.fromisoformat(record["end_date"]),
        most_credits=facts.credits,
        boards=_board_terms(facts, boards),
        today=today,
    )


def _board_terms(facts: ActivityFacts, boards: Mapping[str, Board]) -> dict[str, BoardTerms]:
    if not facts.moc_registered:
        return {}
    terms = {}
    for entry in facts.boards:
        board = boards.get(entry.board)
        terms[entry.board] = BoardTerms(
            credit_types=entry.credit_types,
            most_credits=facts.credits if entry.credits is None else entry.credits,
            one_a_day=board is not None and board.one_completion_a_day,
        )
    return terms
