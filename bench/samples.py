"""The records that a measured database is full of: some samples, and each of them many times.

Every sample is pushed through the API once; seeding.py then multiplies in SQL what the
application has written. Record `number` is a sample under another key, with another title
and on another day of the month, and belongs to one of the providers in turn.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

Document = dict[str, Any]

DAYS: Final = 28
FIRST_PROVIDER: Final = 2_000_000
SAMPLE_PROVIDER: Final = "1999999"
MOST_PROVIDERS: Final = 1500
RECORDS_OF_A_PROVIDER: Final = 133

_TOPICS: Final = (
    *("Cardiology", "Oncology", "Internal Medicine", "Pain Medicine", "Sepsis"),
    *("Ethics", "Airway Management", "Pediatrics", "Diabetes", "Stroke"),
)
_KINDS: Final = ("Grand Rounds", "Conference", "Update", "Course", "Workshop", "Symposium")
# Formats with the delivery methods that they are given here.
_FORMATS: Final = (
    ("live_course", ["in_person"]),
    ("regularly_scheduled_series", ["in_person", "live_streamed"]),
    ("enduring_material", ["online"]),
    ("live_course", ["live_streamed"]),
    ("other_blended", ["in_person", "online"]),
)
# As a system of record is in the middle of a reporting year.
_STATUSES: Final = (
    *("closed", "ready_to_close", "active", "closed", "ready_to_close"),
    *("draft", "closed", "ready_to_close", "active", "ready_to_close"),
)


@dataclass(frozen=True, slots=True)
class Sample:
    """A record as a provider's system pushes it, and the status that it is to have."""

    status: str
    content: Document


@dataclass(frozen=True, slots=True)
class Population:
    """How many records there are, of how many providers."""

    activities: int
    providers: int

    @classmethod
    def of(cls, activities: int) -> "Population":
        """Return as many providers as report so much, of the 1,500 that there are at most."""
        return cls(activities, min(MOST_PROVIDERS, max(1, activities // RECORDS_OF_A_PROVIDER)))

    def provider_of(self, number: int) -> str:
        """Return the provider that a record belongs to."""
        return str(FIRST_PROVIDER + number % self.providers)

    def sample_of(self, number: int) -> Sample:
        """Return the sample that a record was made from."""
        return SAMPLES[(number // self.providers + number) % len(SAMPLES)]

    def document(self, number: int) -> Document:
        """Return a record as its provider's system would push it."""
        content = self.sample_of(number).content
        return numbered(content, f"{content['internal_id']}-{number}", number)


def numbered(content: Document, internal_id: str, number: int) -> Document:
    """Return a record under another key, with another title and on another day of the month."""
    return {
        **content,
        "internal_id": internal_id,
        "title": content["title"].replace(content["internal_id"], internal_id),
        "start_date": _later(content["start_date"], number % DAYS),
        "end_date": _later(content["end_date"], number % DAYS),
    }


def _later(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def _samples(year: int) -> Iterator[Sample]:
    for position, status in enumerate(_STATUSES * 2):
        activity_format, methods = _FORMATS[position % len(_FORMATS)]
        internal_id = f"S{position:02}"
        topic, kind = _TOPICS[position % len(_TOPICS)], _KINDS[position % len(_KINDS)]
        starts = year if status == "active" else year - 1 - position % 3
        yield Sample(
            status,
            {
                "internal_id": internal_id,
                "title": f"{topic} {kind} {internal_id}",
                "format": activity_format,
                "start_date": f"{starts}-0{2 + position % 2}-01",
                # With every shift still in the same year, or in January of the next one.
                "end_date": f"{year + 1}-01-15" if status == "active" else f"{starts}-08-02",
                "delivery_methods": methods,
                "location": "Main Auditorium",
                "city": "Sacramento",
                "state": "CA",
                "country": "USA",
                "credits": None if status == "draft" else 1.25 + position,
                "description": f"{topic} for the whole team: cases, guidelines, and what "
                "changed since last year. Learners bring cases of their own.",
                "cme_finder": position % 4 != 0,
                "fee": "variable",
                "registration": "open",
                "url": f"https://cme.provider-hospital.org/{internal_id.lower()}",
                "providership": "joint",
                "joint_providers": ["Valley Clinic"],
                "outcome_measures": [
                    {"measure": "learner_competence", "kinds": ["objective", "subjective"]}
                ],
                "commercial_support": {"received": True, "sources": _sources(position, starts)},
                "learners": {"physicians": 20 + position, "others": 7},
                "moc": {
                    "registered": True,
                    "attestation": {"attested_by": "J. Doe", "attested_on": f"{starts}-01-20"},
                    "boards": _boards(position, starts),
                },
            },
        )


def _sources(position: int, year: int) -> list[Document]:
    monetary = {
        "source": "Acme Pharma",
        "monetary": True,
        "amount": 5000,
        "in_kind": False,
        "in_kind_nature": [],
        "received_year": year,
    }
    in_kind = {
        "source": "Example Devices",
        "monetary": False,
        "amount": None,
        "in_kind": True,
        "in_kind_nature": ["durable_equipment"],
        "received_year": year,
    }
    return [monetary] if position % 3 else [monetary, in_kind]


def _boards(position: int, year: int) -> list[Document]:
    common = {
        "credits": 1.25,
        "credit_claim_date": f"{year + 1}-12-31",
        "fee": None,
        "registration": None,
        "url": None,
    }
    internal_medicine = {
        "board": "ABIM",
        "practice_areas": ["Internal Medicine"],
        "credit_types": ["Medical Knowledge (Part II)"],
        "content_areas": [],
        **common,
    }
    anesthesiology = {
        "board": "ABA",
        "practice_areas": ["Pain Medicine"],
        "credit_types": ["Lifelong Learning (CME)"],
        "content_areas": ["Chronic pain"],
        **common,
    }
    return [internal_medicine] if position % 4 else [internal_medicine, anesthesiology]


SAMPLES: Final = tuple(_samples(datetime.now(UTC).year))
