"""Registrations with specialty boards, held against what each board offers."""

from collections.abc import Iterator

from app.activities.facts import ActivityFacts, BoardFacts
from app.activities.findings import Context, Finding, named
from app.activities.likeness import most_alike
from app.activities.moc_problems import (
    BOARD_NOT_IN_EFFECT,
    BOARD_TWICE,
    BOARD_UNKNOWN,
    CONTENT_AREA_NOT_APPLICABLE,
    CONTENT_AREAS_TOO_MANY,
    CREDIT_TYPE_UNKNOWN,
    CREDIT_TYPES_EXCLUSIVE,
    PRACTICE_AREA_UNKNOWN,
)
from app.core.errors import ErrorCode
from app.reference.boards import Board

_PASSAGE = "PARS FAQ: activity statuses, Closed"
_MOST_IN_A_SENTENCE = 5


def boards_known(facts: ActivityFacts, context: Context) -> Iterator[Finding]:
    """Find boards that do not exist, take no part on the start date, or are listed again."""
    codes = [entry.board for entry in facts.boards]
    for position, code in enumerate(codes):
        at = f"/moc/boards/{position}/board"
        board = context.boards.get(code)
        if board is None:
            meant = most_alike(code, context.boards)
            yield Finding(
                BOARD_UNKNOWN,
                at,
                f"There is no board '{code}'. Did you mean {_nearest(meant)}?",
                did_you_mean=meant,
            )
        elif facts.start_date is not None and not board.is_in_effect_on(facts.start_date):
            yield Finding(
                BOARD_NOT_IN_EFFECT,
                at,
                f"{code} takes registrations of activities that start {board.effective};"
                f" this one starts on {facts.start_date}.",
                reads=("/start_date",),
            )
        if code in codes[:position]:
            first = codes.index(code)
            yield Finding(
                BOARD_TWICE,
                at,
                f"{code} stands at position {first} already; list each board once.",
                reads=(f"/moc/boards/{first}/board",),
            )


def choices_known(facts: ActivityFacts, context: Context) -> Iterator[Finding]:
    """Find practice areas, credit types and content areas that the board does not offer."""
    for position, entry in enumerate(facts.boards):
        board = context.boards.get(entry.board)
        if board is None:
            continue
        at = f"/moc/boards/{position}"
        for place, area in enumerate(entry.practice_areas):
            if not board.accepts_practice_area(area):
                yield _unknown(
                    PRACTICE_AREA_UNKNOWN,
                    at,
                    f"practice_areas/{place}",
                    f"{board.code} has no practice area '{area}'.",
                    most_alike(area, board.practice_areas),
                )
        for place, credit_type in enumerate(entry.credit_types):
            if not board.accepts_credit_type(credit_type):
                yield _unknown(
                    CREDIT_TYPE_UNKNOWN,
                    at,
                    f"credit_types/{place}",
                    f"{board.code} has no credit type '{credit_type}'.",
                    most_alike(credit_type, board.credit_types),
                )
        yield from _exclusive_credit_types(entry, board, at)
        yield from _content_areas(entry, board, at)


def _unknown(kind: ErrorCode, at: str, field: str, fact: str, meant: tuple[str, ...]) -> Finding:
    return Finding(
        kind,
        f"{at}/{field}",
        f"{fact} Did you mean {_nearest(meant)}?",
        reads=(f"{at}/board",),
        did_you_mean=meant,
        source=_PASSAGE,
    )


def _nearest(meant: tuple[str, ...]) -> str:
    """Return the first of the valid values for a sentence, which would be long with all of them."""
    return named(meant[:_MOST_IN_A_SENTENCE])


def _exclusive_credit_types(entry: BoardFacts, board: Board, at: str) -> Iterator[Finding]:
    for exclusive in board.exclusive_credit_types:
        chosen = tuple(name for name in exclusive if name in entry.credit_types)
        if len(chosen) > 1:
            yield Finding(
                CREDIT_TYPES_EXCLUSIVE,
                f"{at}/credit_types",
                f"{board.code} gives only one of these: choose {named(chosen)}.",
                reads=(f"{at}/board",),
            )


def _content_areas(entry: BoardFacts, board: Board, at: str) -> Iterator[Finding]:
    given, rule = len(entry.content_areas), board.content_areas
    if given and rule is None:
        yield Finding(
            CONTENT_AREA_NOT_APPLICABLE,
            f"{at}/content_areas",
            f"{board.code} does not ask for content areas; leave content_areas empty.",
            reads=(f"{at}/board",),
        )
    elif rule is not None and given > rule.max:
        yield Finding(
            CONTENT_AREAS_TOO_MANY,
            f"{at}/content_areas",
            f"{board.code} takes {rule.max} content areas at most, {given} are given.",
            reads=(f"{at}/board",),
        )
