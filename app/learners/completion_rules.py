"""The rules on one completion, held against the terms of its activity."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from app.core.errors import Violation
from app.core.nearest import nearest
from app.learners.completion_problems import (
    BOARD_CREDIT_TWICE,
    BOARD_NOT_REGISTERED,
    CREDIT_TYPE_NOT_REGISTERED,
    CREDITS_ABOVE,
    IN_FUTURE,
    LICENSE_STATE_NEEDED,
    LICENSE_STATE_UNKNOWN,
    OUTSIDE_ACTIVITY,
)
from app.learners.completion_terms import ActivityTerms
from app.reference import us_states

_PASSAGE: Final = "PARS FAQ: learner data for MOC"


def completion_violations(content: dict[str, Any], terms: ActivityTerms) -> Iterator[Violation]:
    """Find everything that a completion of this activity may not say, in document order."""
    yield from licence_violations(content["license_state"], content["license_id"])
    if content["completed_on"] is not None:
        yield from day_violations(date.fromisoformat(content["completed_on"]), terms)
    yield from amount_violations(content["credits"], terms)
    if content["board_credits"]:
        yield from board_violations(content["board_credits"], terms)


def licence_violations(state: str | None, number: str | None) -> Iterator[Violation]:
    """Find what is wrong with a licence: the state that issued it, and its number there."""
    if state is not None and not us_states.is_us_state(state):
        message = f"{state} is not the two-letter code of a state of the USA."
        near = us_states.nearest(state)
        yield Violation(LICENSE_STATE_UNKNOWN, "/license_state", message, state, near)
    if state is None and number is not None:
        message = "Send the state that issued this licence."
        yield Violation(LICENSE_STATE_NEEDED, "/license_state", message)


def day_violations(day: date, terms: ActivityTerms) -> Iterator[Violation]:
    """Find what is wrong with the day of a completion."""
    if day > terms.today:
        message = f"It is {terms.today} today."
        yield Violation(IN_FUTURE, "/completed_on", message, day.isoformat())
    if not terms.start_date <= day <= terms.end_date:
        message = f"The activity runs from {terms.start_date} to {terms.end_date}."
        yield Violation(OUTSIDE_ACTIVITY, "/completed_on", message, day.isoformat())


def amount_violations(amount: float | None, terms: ActivityTerms) -> Iterator[Violation]:
    """Find what is wrong with the credits of a completion."""
    most = terms.most_credits
    if amount is not None and most is not None and amount > most:
        message = f"The activity gives {most:g} credits at most."
        yield Violation(CREDITS_ABOVE, "/credits", message, amount)


def board_violations(
    entries: Sequence[Mapping[str, Any]], terms: ActivityTerms
) -> Iterator[Violation]:
    """Find what is wrong with the credits for boards."""
    given: set[tuple[str, str]] = set()
    for position, entry in enumerate(entries):
        at = f"/board_credits/{position}"
        code, credit_type = entry["board"], entry["credit_type"]
        if (code, credit_type) in given:
            message = f"{code}, {credit_type} stands in an earlier entry already."
            yield Violation(BOARD_CREDIT_TWICE, at, message)
        given.add((code, credit_type))
        board = terms.boards.get(code)
        if board is None:
            known = ", ".join(terms.boards) or "none"
            message = f"The activity is not registered with {code}; it is with: {known}."
            near = nearest(code, terms.boards)
            yield Violation(BOARD_NOT_REGISTERED, f"{at}/board", message, code, near, _PASSAGE)
            continue
        if credit_type not in board.credit_types:
            known = ", ".join(board.credit_types) or "none"
            message = f"The registration with {code} names: {known}."
            near = nearest(credit_type, board.credit_types)
            yield Violation(
                CREDIT_TYPE_NOT_REGISTERED,
                f"{at}/credit_type",
                message,
                credit_type,
                near,
                _PASSAGE,
            )
        if board.most_credits is not None and entry["credits"] > board.most_credits:
            message = f"{code} gives {board.most_credits:g} credits at most for this activity."
            yield Violation(CREDITS_ABOVE, f"{at}/credits", message, entry["credits"])
