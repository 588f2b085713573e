"""The examples of the API document. With the demo's key each succeeds as it stands."""

from typing import Any, Final

from app.core.openapi import Header

GRAND_ROUNDS: Final[dict[str, Any]] = {
    "internal_id": "GR-IM-2026",
    "title": "Internal Medicine Grand Rounds",
    "format": "regularly_scheduled_series",
    "start_date": "2026-07-01",
    "end_date": "2027-06-30",
    "delivery_methods": ["in_person"],
    "location": "Main Auditorium",
    "city": "Sacramento",
    "state": "CA",
    "country": "USA",
    "credits": 52,
    "description": "Weekly grand rounds of the department of internal medicine.",
    "cme_finder": True,
    "fee": "free",
    "registration": "open",
    "url": "https://cme.provider-hospital.org/gr",
    "providership": "joint",
    "joint_providers": ["Valley Clinic"],
    "outcome_measures": [{"measure": "learner_competence", "kinds": ["objective"]}],
    "commercial_support": {
        "received": True,
        "sources": [
            {
                "source": "Acme Pharma",
                "monetary": True,
                "amount": 5000,
                "in_kind": False,
                "in_kind_nature": [],
                "received_year": 2026,
            }
        ],
    },
    "learners": {"physicians": None, "others": None},
    "moc": {
        "registered": True,
        "attestation": {"attested_by": "CME Coordinator", "attested_on": "2026-07-01"},
        "boards": [
            {
                "board": "ABIM",
                "practice_areas": ["Internal Medicine"],
                "credit_types": ["Medical Knowledge (Part II)"],
                "credits": 52,
                "content_areas": [],
                "credit_claim_date": "2027-12-31",
                "fee": None,
                "registration": None,
                "url": None,
            }
        ],
    },
}
DRAFT: Final[dict[str, Any]] = {
    "internal_id": "LC-STROKE-2027",
    "title": "Stroke Care for the Whole Team",
    "format": "live_course",
    "start_date": "2027-03-05",
    "end_date": "2027-03-06",
}
REPLACEMENT: Final[dict[str, Any]] = {
    "internal_id": "PI-SEPSIS-SECOND-ROUND",
    "title": "Sepsis Within the Hour: The Second Round",
    "format": "performance_quality_improvement",
    "start_date": "2026-01-15",
    "end_date": "2026-12-15",
    "credits": 20,
    "providership": "direct",
}
CHANGE: Final[dict[str, Any]] = {"credits": 12.5, "learners": {"physicians": 9}}

GRAND_ROUNDS_KEY: Final = {
    "format": "regularly_scheduled_series",
    "start_date": "2026-07-01",
    "internal_id": "GR-IM-2026",
}
COURSE_KEY: Final = {
    "format": "enduring_material",
    "start_date": "2023-07-01",
    "internal_id": "EM-HEARTFAILURE-2023",
}
CALLED_OFF_KEY: Final = {
    "format": "live_course",
    "start_date": "2026-03-14",
    "internal_id": "LC-CALLED-OFF",
}

# The demo's records are the first that its database numbers, in this order.
NOT_READY: Final = {"activity_id": "100000007"}
RUNNING: Final = {"activity_id": "100000008"}
READY: Final = {"activity_id": "100000009"}
CHANGED: Final = {"activity_id": "100000010"}
REPLACED: Final = {"activity_id": "100000011"}
DELETED: Final = {"activity_id": "100000012"}

IF_MATCH: Final = Header(
    "If-Match", "The version to write to, as its ETag; any other is 412.", '"1"'
)
IF_MATCH_NEEDED: Final = Header(
    "If-Match",
    "The version to change, as its ETag; `*` changes any version.",
    "*",
    required=True,
)
IF_NONE_MATCH: Final = Header("If-None-Match", "`*` makes the call create, never change.", "*")
