"""The examples of the calls on completions, on records of the demo."""

from typing import Any, Final

# The conference of the demo: over, registered with ABIM, not closed.
CONFERENCE: Final = {"activity_id": "100000009"}
REPORTED: Final = {**CONFERENCE, "completion_id": "100000000001"}

COMPLETION: Final[dict[str, Any]] = {
    "credit_id": "ccid:provider-hospital.org:oncology-2025-0117",
    "given_name": "Maria",
    "family_name": "Example",
    "birth_month_day": "02-29",
    "license_state": "CA",
    "license_id": "A123456",
    "npi": "1234567893",
    "completed_on": "2025-10-14",
    "credits": 6.25,
    "board_credits": [
        {
            "board": "ABIM",
            "board_learner_id": "654321",
            "credit_type": "Medical Knowledge (Part II)",
            "credits": 6.25,
        }
    ],
}
CORRECTION: Final = {**COMPLETION, "credit_id": None, "credits": 5}
CHANGE: Final = {"credits": 4.5, "board_credits": []}
