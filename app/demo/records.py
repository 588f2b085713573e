"""The records of the demo: every format, and every status on any day."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from app.demo.faq_records import ADDRESS, NO_SUPPORT, faq_records, grand_rounds

DEMO_PROVIDER_ID: Final = "0000001"
NEIGHBOUR_ID: Final = "0000002"


@dataclass(frozen=True, slots=True)
class DemoRecord:
    """A record as its provider's system would push it, and whether it is then closed."""

    content: dict[str, Any]
    close: bool = False


# An activity that was planned and did not take place is not reported: it can be deleted.
CALLED_OFF: Final[dict[str, Any]] = {
    "internal_id": "LC-CALLED-OFF",
    "title": "Spring Symposium on Sleep Medicine",
    "format": "live_course",
    "start_date": "2026-03-14",
    "end_date": "2026-03-14",
}


# A conference of one day, registered with two boards, that only awaits its close. Its year is
# fixed, as that of what the examples of the API document report of it.
CONFERENCE: Final[dict[str, Any]] = {
    "internal_id": "LC-ONCOLOGY-2025",
    "title": "Oncology for the Hospitalist: A Regional Conference",
    "format": "live_course",
    "start_date": "2025-10-14",
    "end_date": "2025-10-14",
    "delivery_methods": ["in_person", "live_streamed"],
    "location": "Harbor Conference Center",
    "city": "Monterey",
    "state": "CA",
    "country": "USA",
    "credits": 6.25,
    "description": "Five sessions in one day: emergencies, immunotherapy, pain, "
    "thrombosis, and the talk with the family.",
    "cme_finder": True,
    "fee": "variable",
    "registration": "open",
    "url": f"{ADDRESS}/oncology-conference",
    "providership": "joint",
    "joint_providers": ["Valley Clinic", "Coast Physicians Network"],
    "outcome_measures": [{"measure": "learner_competence", "kinds": ["objective", "subjective"]}],
    "commercial_support": {
        "received": True,
        "sources": [
            {"source": "Acme Pharma", "monetary": True, "amount": 15000, "in_kind": False},
            {
                "source": "Example Devices",
                "monetary": False,
                "in_kind": True,
                "in_kind_nature": ["durable_equipment"],
            },
        ],
    },
    "learners": {"physicians": 138, "others": 61},
    "moc": {
        "registered": True,
        "attestation": {"attested_by": "CME Coordinator", "attested_on": "2025-09-01"},
        "boards": [
            {
                "board": "ABIM",
                "practice_areas": ["Hematology", "Medical Oncology"],
                "credit_types": ["Medical Knowledge (Part II)"],
                "credits": 6.25,
                "credit_claim_date": "2025-12-31",
            },
            {
                "board": "ABA",
                "practice_areas": ["Pain Medicine"],
                "credit_types": ["Lifelong Learning (CME)", "Patient Safety"],
                "credits": 2,
                "content_areas": ["Cancer pain"],
                "credit_claim_date": "2025-12-31",
                "fee": "yes",
            },
        ],
    },
}


def demo_records(today: date) -> tuple[DemoRecord, ...]:
    """Return what the demo provider has in the system on its first day."""
    running = today.year if today >= date(today.year, 7, 1) else today.year - 1
    *examples, learning_from_teaching = faq_records(running - 1)
    unanswered = {"outcome_measures": [], "commercial_support": {"received": None, "sources": []}}
    return (
        *(DemoRecord(example, close=True) for example in examples),
        # Its year is over; what Closed needs besides is still to be answered.
        DemoRecord(learning_from_teaching | unanswered),
        # The series that runs today has no learners to report yet.
        DemoRecord(grand_rounds(running) | {"learners": {"physicians": None, "others": None}}),
        DemoRecord(CONFERENCE),
        DemoRecord(_committee(today.year)),
        DemoRecord(_quality_improvement(today.year)),
        DemoRecord(_simulation(today.year)),
        DemoRecord(CALLED_OFF),
    )


def neighbour_records(today: date) -> tuple[DemoRecord, ...]:
    """Return what another provider has, which the demo provider's key never sees."""
    return (
        DemoRecord(
            {
                "internal_id": f"TB-{today.year}",
                "title": "Tumor Board",
                "format": "regularly_scheduled_series",
                "start_date": f"{today.year}-01-01",
                "end_date": f"{today.year}-12-31",
            }
        ),
    )


def _committee(year: int) -> dict[str, Any]:
    return {
        "internal_id": f"CML-ETHICS-{year}",
        "title": "Hospital Ethics Committee",
        "format": "committee_learning",
        "start_date": f"{year}-01-01",
        "end_date": f"{year}-12-31",
        "delivery_methods": ["live_streamed"],
        "credits": 9,
        "description": "Monthly sessions on the ethics of cases that are before the committee.",
        "cme_finder": False,
        "providership": "direct",
    }


def _quality_improvement(year: int) -> dict[str, Any]:
    return {
        "internal_id": f"PI-SEPSIS-{year}",
        "title": "Sepsis Within the Hour: Measure, Improve, Measure Again",
        "format": "performance_quality_improvement",
        "start_date": f"{year}-01-15",
        "end_date": f"{year}-12-15",
        "credits": 20,
        "cme_finder": True,
        "providership": "direct",
        "commercial_support": NO_SUPPORT,
    }


def _simulation(year: int) -> dict[str, Any]:
    return {
        "internal_id": f"O-AIRWAY-{year}",
        "title": "The Difficult Airway: Simulation and Adaptive Online Learning",
        "format": "other_blended",
        "start_date": f"{year}-03-01",
        "end_date": f"{year + 1}-02-28",
    }
