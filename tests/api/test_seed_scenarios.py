"""What the PARS FAQ says of formats, internal ids, support and copies, as a client meets it.

Rules that other tests prove already are not repeated here; `docs/specification.md` names
the test of each.
"""

from typing import Any

import asyncpg
import pytest

from app.core.database import Database, Transaction
from tests.builders import complete_activity, draft_activity, support_source
from tests.harness import FixedClock, ReportingProvider

TWELVE_MONTHS = [
    "live_course",
    "regularly_scheduled_series",
    "journal_cme",
    "manuscript_review",
    "test_item_writing",
    "committee_learning",
    "performance_quality_improvement",
    "internet_searching_and_learning",
    "learning_from_teaching",
    "other_blended",
]
HELP_IN_THE_FAQ = [
    ("live_course", "unit", "Each repeat for another audience is a record of its own"),
    ("live_course", "unit", "in real time"),
    ("live_course", "credit", "hours of all educational sessions"),
    ("live_course", "counting", "the event as a whole"),
    ("regularly_scheduled_series", "unit", "One whole series"),
    ("regularly_scheduled_series", "credit", "not of a session"),
    ("regularly_scheduled_series", "counting", "once for every session"),
    ("enduring_material", "unit", "up to 3 years"),
    ("enduring_material", "counting", "Cumulative"),
    ("enduring_material", "counting", "December 31"),
    ("journal_cme", "unit", "One journal, or one article"),
    ("journal_cme", "credit", "time needed to complete"),
    ("journal_cme", "counting", "individuals who completed"),
    ("manuscript_review", "unit", "One journal for which manuscripts are reviewed"),
    ("manuscript_review", "counting", "distinct individuals"),
    ("test_item_writing", "counting", "participants"),
    ("committee_learning", "unit", "One committee, however often it meets"),
    ("committee_learning", "credit", "total time of learning"),
    ("performance_quality_improvement", "unit", "three stages"),
    ("performance_quality_improvement", "counting", "distinct individuals"),
    ("internet_searching_and_learning", "unit", "point of care"),
    ("internet_searching_and_learning", "unit", "not one per article"),
    ("internet_searching_and_learning", "counting", "distinct individuals"),
    ("learning_from_teaching", "unit", "in one record"),
    ("learning_from_teaching", "credit", "most that one learner could earn"),
    ("other_blended", "unit", "hybrid, new or unique"),
]


@pytest.mark.parametrize(("activity_format", "topic", "words"), HELP_IN_THE_FAQ)
async def test_the_help_of_a_format_says_what_the_faq_says(
    provider: ReportingProvider, activity_format: str, topic: str, words: str
) -> None:
    formats = (await provider.client.get("/v1/reference/formats")).json()["data"]
    rows = {row["code"]: row for row in formats}
    assert words in rows[activity_format][topic]


@pytest.mark.parametrize("activity_format", TWELVE_MONTHS)
async def test_what_goes_on_after_12_months_is_another_activity(
    provider: ReportingProvider, activity_format: str
) -> None:
    first = draft_activity(
        format=activity_format, start_date="2024-07-01", end_date="2025-07-01", internal_id="Y1"
    )
    refused = await provider.client.post(provider.activities, json=first)
    problem = refused.json()
    assert (refused.status_code, problem["code"]) == (422, "activity.period_too_long")
    assert problem["errors"][0]["did_you_mean"] == ["2025-06-30"]
    assert "separate activity" in problem["errors"][0]["message"]

    first["end_date"] = "2025-06-30"
    entered = (await provider.client.post(provider.activities, json=first)).json()
    again = await provider.client.post(
        f"{provider.activities}/{entered['activity_id']}/copy",
        json={
            "instances": [
                {"internal_id": "Y2", "start_date": "2025-07-01", "end_date": "2026-06-30"}
            ]
        },
    )
    assert again.status_code == 201
    assert again.json()["data"][0]["activity_id"] != entered["activity_id"]


async def test_an_enduring_material_is_one_record_for_up_to_3_years(
    provider: ReportingProvider,
) -> None:
    material = draft_activity(
        format="enduring_material", start_date="2023-07-01", end_date="2026-06-30"
    )
    assert (await provider.client.post(provider.activities, json=material)).status_code == 201
    longer = {**material, "internal_id": "LONGER", "end_date": "2026-07-01"}
    refused = await provider.client.post(provider.activities, json=longer)
    assert refused.json()["code"] == "activity.period_too_long"


async def test_each_repeat_of_a_live_course_is_an_activity_of_its_own(
    provider: ReportingProvider,
) -> None:
    morning = await provider.client.post(
        provider.activities, json=complete_activity(internal_id="ACLS-SACRAMENTO")
    )
    evening = await provider.client.post(
        provider.activities, json=complete_activity(internal_id="ACLS-REDDING", city="Redding")
    )
    assert (morning.status_code, evening.status_code) == (201, 201)
    assert morning.json()["activity_id"] != evening.json()["activity_id"]
    # What looks alike is pointed at and not refused.
    warned = [warning["code"] for warning in evening.json()["warnings"]]
    assert warned == ["activity.likely_duplicate"]


async def test_without_an_internal_id_a_format_and_a_start_date_have_one_record(
    provider: ReportingProvider, database: Database
) -> None:
    async def enter_two(transaction: Transaction) -> None:
        for number in range(2):
            await transaction.driver.execute(
                """INSERT INTO activities
                (provider_id, activity_id, title, format, start_date, end_date)
                VALUES ($1, nextval('activity_numbers')::text, $2, 'live_course',
                    date '2026-05-01', date '2026-05-01')""",
                provider.provider_id,
                f"Entered by hand {number}",
            )

    with pytest.raises(Exception) as refused:  # noqa: PT011 - the chain is looked through
        await database.run(provider.provider_id, enter_two)
    assert "activities_identity" in _constraint(refused.value)


@pytest.mark.parametrize("providership", ["direct", "joint"])
async def test_a_joint_activity_reports_the_same_on_support_as_a_direct_one(
    provider: ReportingProvider, providership: str
) -> None:
    record = complete_activity(providership=providership, commercial_support=None)
    entered = (await provider.client.post(provider.activities, json=record)).json()
    assert [item["code"] for item in entered["missing"]] == ["support.answered"]
    assert "also by a joint provider" in entered["missing"][0]["text"]


async def test_support_that_went_to_the_joint_provider_is_reported_in_full(
    provider: ReportingProvider,
) -> None:
    received = {
        "received": True,
        "sources": [
            support_source(source="Acme Pharma", amount=12500.75),
            support_source(
                source="A company in no directory",
                monetary=False,
                amount=None,
                in_kind=True,
                in_kind_nature=["durable_equipment", "facilities_space"],
            ),
        ],
    }
    record = complete_activity(providership="joint", commercial_support=received)
    reply = await provider.client.post(f"{provider.activities}?close=true", json=record)
    assert reply.status_code == 201, reply.text
    assert reply.json()["status"] == "closed"
    assert reply.json()["commercial_support"] == received
    totals = await provider.client.get(
        f"{provider.activities}/{reply.json()['activity_id']}/commercial-support"
    )
    assert totals.json()["totals"]["amount"] == 12500.75
    assert totals.json()["totals"]["in_kind"] == 1


@pytest.mark.parametrize(
    ("years", "sent", "kept"),
    [
        (("2025-01-01", "2026-02-28"), None, 2026),
        (("2025-01-01", "2026-02-28"), 2025, 2025),
        (("2025-01-01", "2026-02-28"), 2027, 2027),
        (("2025-01-01", "2026-02-28"), 2024, None),
        (("2025-01-01", "2026-02-28"), 2028, None),
    ],
)
async def test_support_has_the_year_it_was_received_in_or_that_of_the_end(
    provider: ReportingProvider, years: tuple[str, str], sent: int | None, kept: int | None
) -> None:
    source = support_source(received_year=sent)
    if sent is None:
        del source["received_year"]
    record = draft_activity(
        format="enduring_material",
        start_date=years[0],
        end_date=years[1],
        commercial_support={"received": True, "sources": [source]},
    )
    reply = await provider.client.post(provider.activities, json=record)
    if kept is None:
        assert reply.json()["code"] == "support.received_year"
    else:
        assert reply.json()["commercial_support"]["sources"][0]["received_year"] == kept


async def test_activities_are_entered_before_they_take_place_and_taken_back_if_they_do_not(
    provider: ReportingProvider, clock: FixedClock
) -> None:
    planned = complete_activity(
        start_date="2027-05-01", end_date="2027-05-03", commercial_support=None
    )
    reply = await provider.client.post(provider.activities, json=planned)
    assert reply.json()["status"] == "active"
    url = f"{provider.activities}/{reply.json()['activity_id']}"
    clock.set("2027-05-04")
    assert (await provider.client.get(url)).json()["status"] == "ready_to_close"
    assert (await provider.client.delete(url)).status_code == 204


async def test_a_finder_needs_fee_registration_and_address_and_without_it_none(
    provider: ReportingProvider,
) -> None:
    bare: dict[str, Any] = {"fee": None, "registration": None, "url": None, "moc": None}
    listed = complete_activity(internal_id="LISTED", **bare)
    unlisted = complete_activity(internal_id="UNLISTED", cme_finder=False, **bare)
    first = (await provider.client.post(provider.activities, json=listed)).json()
    assert [item["code"] for item in first["missing"]] == [
        "finder.fee",
        "finder.registration",
        "finder.url",
    ]
    assert {item["because"] for item in first["missing"]} == {"cme_finder is yes"}
    second = await provider.client.post(f"{provider.activities}?close=true", json=unlisted)
    assert (second.status_code, second.json()["status"]) == (201, "closed")


def _constraint(error: BaseException | None) -> str:
    """Return the name of the constraint, however deep the driver's error lies."""
    while error is not None:
        if isinstance(error, asyncpg.PostgresError):
            return str(getattr(error, "constraint_name", ""))
        error = error.__cause__
    return ""
