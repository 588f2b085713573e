"""Completions, as many as are asked for: small enough that a million of them are one file."""

from collections.abc import Iterator
from typing import Any, Final

Document = dict[str, Any]

OF_AN_ACTIVITY: Final = 500
_GIVEN: Final = ("Maria", "John", "Amelia", "Zoë", "Wei", "Noah", "Olga", "Tomás")
_FAMILY: Final = ("Quiller", "Garcia", "Okafor", "Lindqvist", "Tanaka", "Brown", "Nguyen")
_BOARDS: Final = (("ABIM", "Medical Knowledge (Part II)"), ("ABA", "Lifelong Learning (CME)"))
_PREFIX: Final = 24


def activities(rows: int) -> Iterator[Document]:
    """Give the activities that so many completions belong to: they ended and could be closed."""
    for number in range((rows - 1) // OF_AN_ACTIVITY + 1):
        yield {
            "internal_id": f"LC-{number:05}",
            "title": f"Pain Medicine Update {number}",
            "format": "live_course",
            "start_date": "2026-05-01",
            "end_date": "2026-05-03",
            "delivery_methods": ["live_streamed"],
            "credits": 12.5,
            "description": "Three days on acute and chronic pain.",
            "cme_finder": False,
            "providership": "direct",
            "moc": {
                "registered": True,
                "boards": [
                    {"board": board, "credit_types": [kind], "credits": 10}
                    for board, kind in _BOARDS
                ],
            },
        }


def completions(rows: int, activity_ids: list[str]) -> Iterator[Document]:
    """Give completions by activity; each tenth is credited by a board, one day only once."""
    for number in range(rows):
        learner = number % 90_000
        completion: Document = {
            "activity_id": activity_ids[number // OF_AN_ACTIVITY],
            "credit_id": f"v{number:07}",
            "given_name": _GIVEN[learner % len(_GIVEN)],
            "family_name": f"{_FAMILY[learner % len(_FAMILY)]}-{learner}",
            "birth_month_day": f"{learner % 12 + 1:02}-{learner % 28 + 1:02}",
            "npi": _npi(learner),
            "completed_on": f"2026-05-0{number % 3 + 1}",
            "credits": (1, 1.5, 2.25, 12.5)[number % 4],
        }
        if number % 10 == 0:
            board, kind = _BOARDS[number // 10 % 2]
            del completion["npi"]
            completion["board_credits"] = [
                {
                    "board": board,
                    "board_learner_id": str(learner),
                    "credit_type": kind,
                    "credits": 1,
                }
            ]
        yield completion


def _npi(learner: int) -> str:
    digits = f"1{learner:08}"
    doubled = [int(digit) * 2 for digit in digits[::2]]
    total = _PREFIX + sum(map(int, digits[1::2])) + sum(two // 10 + two % 10 for two in doubled)
    return f"{digits}{-total % 10}"
