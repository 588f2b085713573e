"""Builders of what tests send: a complete record, and the least that is a record."""

from typing import Any

Document = dict[str, Any]


def draft_activity(**changes: object) -> Document:
    """Return the least that a system can save: a Draft, whose period has passed."""
    return {
        "internal_id": "PAIN-2026",
        "title": "Pain Medicine Update 2026",
        "format": "live_course",
        "start_date": "2026-05-01",
        "end_date": "2026-05-03",
        **changes,
    }


def complete_activity(**changes: object) -> Document:
    """Return a record that has ended by 2026-11-22 and can be closed as it stands.

    It has everything that a requirement can ask for: held in person in the USA, listed,
    joint, supported, registered with a board that asks for a content area. Whatever it
    leaves open is null or an empty list, so that it is read back as it was sent.
    """
    return {
        **draft_activity(),
        "delivery_methods": ["in_person"],
        "location": "Main Auditorium",
        "city": "Sacramento",
        "state": "CA",
        "country": "USA",
        "credits": 12.5,
        "description": "Three days on acute and chronic pain.",
        "cme_finder": True,
        "fee": "yes",
        "registration": "open",
        "url": "https://cme.valley-hospital.org/pain",
        "providership": "joint",
        "joint_providers": ["Valley Clinic"],
        "outcome_measures": [{"measure": "learner_competence", "kinds": ["objective"]}],
        "commercial_support": {"received": True, "sources": [support_source()]},
        "learners": {"physicians": 120, "others": 14},
        "moc": {
            "registered": True,
            "attestation": {"attested_by": "J. Doe", "attested_on": "2026-04-01"},
            "boards": [moc_board()],
        },
        **changes,
    }


def support_source(**changes: object) -> Document:
    """Return a monetary supporter."""
    return {
        "source": "Acme Pharma",
        "monetary": True,
        "amount": 5000,
        "in_kind": False,
        "in_kind_nature": [],
        "received_year": 2026,
        **changes,
    }


def moc_board(**changes: object) -> Document:
    """Return a registration with a board that asks for a content area."""
    return {
        "board": "ABA",
        "practice_areas": ["Pain Medicine"],
        "credit_types": ["Lifelong Learning (CME)"],
        "credits": 12.5,
        "content_areas": ["Chronic pain"],
        "credit_claim_date": "2026-12-31",
        "fee": None,
        "registration": None,
        "url": None,
        **changes,
    }
