"""Complete activities, as many as are asked for: all that a record can say, said by each."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

Document = dict[str, Any]

_FIRST_DAY: Final = date(2025, 1, 6)
_SUPPORTERS: Final = ("Acme Pharma", "Example Devices", "Northern Biologics", "Valley Imaging")
_CITIES: Final = ("Sacramento", "Monterey", "Fresno", "San Diego", "Oakland")


def complete_activities(number: int) -> Iterator[Document]:
    """Give records that can be closed as they stand; every fourth has two sources and boards."""
    for place in range(number):
        start = _FIRST_DAY + timedelta(days=place % 300)
        parts = 2 if place % 4 == 0 else 1
        yield {
            "internal_id": f"LC-{place:06}",
            "title": f"Pain Medicine Update {place}: From the Acute to the Chronic",
            "format": "live_course",
            "start_date": start.isoformat(),
            "end_date": (start + timedelta(days=2)).isoformat(),
            "delivery_methods": ["in_person", "live_streamed"],
            "location": "Harbor Conference Center",
            "city": _CITIES[place % len(_CITIES)],
            "state": "CA",
            "country": "USA",
            "credits": 12.5,
            "description": "Three days on acute and chronic pain: mechanisms, medication, "
            "procedures, and the talk with patients and their families.",
            "cme_finder": True,
            "fee": "yes",
            "registration": "open",
            "url": f"https://cme.valley-hospital.org/pain/{place}",
            "providership": "joint",
            "joint_providers": ["Valley Clinic"],
            "outcome_measures": [
                {"measure": "learner_competence", "kinds": ["objective", "subjective"]}
            ],
            "commercial_support": {
                "received": True,
                "sources": [_source(place + part, start.year) for part in range(parts)],
            },
            "learners": {"physicians": 40 + place % 200, "others": place % 60},
            "moc": {
                "registered": True,
                "attestation": {
                    "attested_by": "CME Coordinator",
                    "attested_on": start.isoformat(),
                },
                "boards": list(_boards(start)[:parts]),
            },
        }


def _source(place: int, year: int) -> Document:
    return {
        "source": _SUPPORTERS[place % len(_SUPPORTERS)],
        "monetary": True,
        "amount": 5000 + place % 1000,
        "in_kind": False,
        "in_kind_nature": [],
        "received_year": year,
    }


def _boards(start: date) -> tuple[Document, Document]:
    shared = {
        "credits": 12.5,
        "credit_claim_date": f"{start.year + 1}-12-31",
        "fee": None,
        "registration": None,
        "url": None,
    }
    return (
        {
            "board": "ABA",
            "practice_areas": ["Pain Medicine"],
            "credit_types": ["Lifelong Learning (CME)"],
            "content_areas": ["Chronic pain"],
            **shared,
        },
        {
            "board": "ABIM",
            "practice_areas": ["Internal Medicine"],
            "credit_types": ["Medical Knowledge (Part II)"],
            "content_areas": [],
            **shared,
        },
    )
