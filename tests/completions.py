"""Builders of completions, and of the activity that they are completions of."""

from typing import Any

from tests.builders import complete_activity, moc_board
from tests.harness import ReportingProvider

Document = dict[str, Any]
ABIM_TYPE = "Medical Knowledge (Part II)"
ABA_TYPE = "Lifelong Learning (CME)"


def completion(**changes: object) -> Document:
    """Return a completion with every field answered, as it is read back."""
    return {
        "credit_id": "ccid:valley-hospital.org:1",
        "given_name": "Maria",
        "family_name": "Quiller",
        "birth_month_day": "02-29",
        "license_state": "CA",
        "license_id": "A998877",
        "npi": "1234567893",
        "completed_on": "2026-05-02",
        "credits": 12.5,
        "board_credits": [board_credit()],
        **changes,
    }


def board_credit(**changes: object) -> Document:
    """Return credit of a board that takes one completion a day."""
    return {
        "board": "ABIM",
        "board_learner_id": "654321",
        "credit_type": ABIM_TYPE,
        "credits": 10,
        **changes,
    }


def activity_with_boards(**changes: object) -> Document:
    """Return a record that can be closed, registered with ABA and with ABIM."""
    abim = moc_board(
        board="ABIM",
        practice_areas=["Internal Medicine"],
        credit_types=[ABIM_TYPE],
        credits=10,
        content_areas=[],
    )
    moc = {**complete_activity()["moc"], "boards": [moc_board(), abim]}
    return complete_activity(moc=moc, **changes)


async def enter_activity(provider: ReportingProvider, **changes: object) -> str:
    """Enter such an activity; return the path of its completions."""
    return f"{await provider.enter(activity_with_boards(**changes))}/completions"


async def report(provider: ReportingProvider, url: str, **changes: object) -> Document:
    """Report a completion and return it."""
    reply = await provider.client.post(url, json=completion(**changes))
    assert reply.status_code == 201, reply.text
    return dict(reply.json())
