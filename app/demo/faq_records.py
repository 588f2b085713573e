"""The worked examples of the PARS FAQ, each a record that has everything Closed needs.

Numbers and periods are those of the FAQ; where it names no year, the caller gives one.
"""

from datetime import date
from typing import Any

ADDRESS = "https://cme.provider-hospital.org"
NO_SUPPORT: dict[str, Any] = {"received": False, "sources": []}


def faq_records(year: int) -> tuple[dict[str, Any], ...]:
    """Return the FAQ's examples, those without a year of their own in this year."""
    calendar_year = {"start_date": f"{year}-01-01", "end_date": f"{year}-12-31"}
    return (
        grand_rounds(year) | {"internal_id": f"GR-FAQ-{year}"},
        ENDURING_MATERIAL,
        JOURNAL_CME | calendar_year | {"internal_id": f"JN-{year}"},
        MANUSCRIPT_REVIEW | calendar_year | {"internal_id": f"MR-{year}"},
        TEST_ITEM_WRITING | calendar_year | {"internal_id": f"TIW-{year}"},
        INTERNET_SEARCHING | calendar_year | {"internal_id": f"ISL-{year}"},
        LEARNING_FROM_TEACHING | calendar_year | {"internal_id": f"LFT-{year}"},
    )


def grand_rounds(year: int) -> dict[str, Any]:
    """Return the Grand Rounds that begin on July 1 of the year: 20 physicians, 52 weeks."""
    return {
        "internal_id": f"GR-IM-{year}",
        "title": "Internal Medicine Grand Rounds",
        "format": "regularly_scheduled_series",
        "start_date": date(year, 7, 1).isoformat(),
        "end_date": date(year + 1, 6, 30).isoformat(),
        "delivery_methods": ["in_person"],
        "location": "Main Auditorium",
        "city": "Sacramento",
        "state": "CA",
        "country": "USA",
        "credits": 52,
        "description": "One hour each week: a patient of the house, the evidence, and what "
        "the department changes because of it.",
        "cme_finder": True,
        "fee": "free",
        "registration": "open",
        "url": f"{ADDRESS}/grand-rounds",
        "providership": "joint",
        "joint_providers": ["Valley Clinic"],
        "outcome_measures": [
            {"measure": "learner_competence", "kinds": ["objective"]},
            {"measure": "learner_knowledge", "kinds": ["subjective"]},
        ],
        "commercial_support": NO_SUPPORT,
        "learners": {"physicians": 1040, "others": 0},
    }


# The support is reported in the year in which it was received, the learners as a running total.
ENDURING_MATERIAL: dict[str, Any] = {
    "internal_id": "EM-HEARTFAILURE-2023",
    "title": "Heart Failure in Primary Care: An Online Course",
    "format": "enduring_material",
    "start_date": "2023-07-01",
    "end_date": "2024-12-31",
    "delivery_methods": ["online"],
    "credits": 3.5,
    "description": "Seven cases of half an hour, from the first breathlessness to advanced care.",
    "cme_finder": True,
    "fee": "yes",
    "registration": "open",
    "url": f"{ADDRESS}/heart-failure",
    "providership": "direct",
    "outcome_measures": [{"measure": "learner_knowledge", "kinds": ["objective"]}],
    "commercial_support": {
        "received": True,
        "sources": [
            {
                "source": "Acme Pharma",
                "monetary": True,
                "amount": 12000,
                "in_kind": False,
                "received_year": 2023,
            },
            {
                "source": "Acme Pharma",
                "monetary": True,
                "amount": 4500.5,
                "in_kind": False,
                "received_year": 2024,
            },
        ],
    },
    "learners": {"physicians": 412, "others": 96},
}

JOURNAL_CME: dict[str, Any] = {
    "title": "Provider Hospital Journal: Anticoagulation After Stroke",
    "format": "journal_cme",
    "credits": 1,
    "description": "Read one article, reflect on it, and answer the questions on its content.",
    "cme_finder": False,
    "providership": "direct",
    "outcome_measures": [{"measure": "learner_knowledge", "kinds": ["objective"]}],
    "commercial_support": NO_SUPPORT,
    "learners": {"physicians": 20, "others": 0},
}

MANUSCRIPT_REVIEW: dict[str, Any] = {
    "title": "Manuscript Review for the Provider Hospital Journal",
    "format": "manuscript_review",
    "credits": 2,
    "description": "Critical review of an assigned manuscript before its publication.",
    "cme_finder": False,
    "providership": "direct",
    "outcome_measures": [{"measure": "learner_competence", "kinds": ["subjective"]}],
    "commercial_support": NO_SUPPORT,
    "learners": {"physicians": 25, "others": 0},
}

TEST_ITEM_WRITING: dict[str, Any] = {
    "title": "Writing Test Items for a Certification Examination",
    "format": "test_item_writing",
    "credits": 10,
    "description": "Research, draft and defend items for the question pool of a member board.",
    "cme_finder": False,
    "providership": "direct",
    "outcome_measures": [{"measure": "learner_knowledge", "kinds": ["subjective"]}],
    "commercial_support": NO_SUPPORT,
    "learners": {"physicians": 5, "others": 0},
}

INTERNET_SEARCHING: dict[str, Any] = {
    "title": "Point of Care Searches in the Hospital's Evidence Library",
    "format": "internet_searching_and_learning",
    "credits": 0.5,
    "description": "A question from practice, the vetted sources, and the answer for the patient.",
    "cme_finder": True,
    "fee": "free",
    "registration": "limited",
    "url": f"{ADDRESS}/evidence-library",
    "providership": "direct",
    "outcome_measures": [{"measure": "learner_performance", "kinds": ["subjective"]}],
    "commercial_support": NO_SUPPORT,
    "learners": {"physicians": 50, "others": 0},
}

LEARNING_FROM_TEACHING: dict[str, Any] = {
    "title": "Learning From Teaching: New Faculty of the Skills Laboratory",
    "format": "learning_from_teaching",
    "credits": 10,
    "description": "New faculty assess what they need in order to teach well, train with "
    "mentors, and prepare their first workshops.",
    "cme_finder": False,
    "providership": "direct",
    "outcome_measures": [{"measure": "learner_performance", "kinds": ["objective", "subjective"]}],
    "commercial_support": NO_SUPPORT,
    "learners": {"physicians": 10, "others": 0},
}
