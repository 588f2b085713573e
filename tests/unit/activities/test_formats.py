from datetime import date, timedelta

import pytest

from app.activities.formats import DELIVERY_METHODS, FORMAT_OF_LEGACY_CODE, FORMATS, latest_end
from tests.builders import draft_activity
from tests.judging import refused

ONE_YEAR = [
    (date(2026, 1, 1), date(2026, 12, 31)),
    (date(2026, 7, 1), date(2027, 6, 30)),
    (date(2024, 2, 28), date(2025, 2, 27)),
    (date(2024, 2, 29), date(2025, 2, 28)),
    (date(2024, 3, 1), date(2025, 2, 28)),
    (date(2023, 2, 28), date(2024, 2, 27)),
    (date(2023, 3, 1), date(2024, 2, 29)),
    (date(2023, 3, 2), date(2024, 3, 1)),
    (date(2099, 3, 1), date(2100, 2, 28)),
]
THREE_YEARS = [
    (date(2026, 1, 1), date(2028, 12, 31)),
    (date(2023, 7, 1), date(2026, 6, 30)),
    (date(2024, 2, 28), date(2027, 2, 27)),
    (date(2024, 2, 29), date(2027, 2, 28)),
    (date(2024, 3, 1), date(2027, 2, 28)),
    (date(2021, 2, 28), date(2024, 2, 27)),
    (date(2021, 3, 1), date(2024, 2, 29)),
    (date(2021, 3, 2), date(2024, 3, 1)),
]
LIMITS = [
    (row.code, start, latest)
    for row in FORMATS.values()
    for start, latest in (ONE_YEAR if row.code != "enduring_material" else THREE_YEARS)
]


@pytest.mark.parametrize(("activity_format", "start", "latest"), LIMITS)
def test_the_last_legal_day_is_accepted_and_the_first_illegal_one_is_not(
    activity_format: str, start: date, latest: date
) -> None:
    assert latest_end(FORMATS[activity_format], start) == latest
    document = draft_activity(format=activity_format, start_date=start.isoformat())
    assert refused({**document, "end_date": latest.isoformat()}) == []
    (violation,) = refused({**document, "end_date": (latest + timedelta(days=1)).isoformat()})
    assert violation.kind.code == "activity.period_too_long"
    assert violation.pointer == "/end_date"
    assert violation.did_you_mean == (latest.isoformat(),)
    assert FORMATS[activity_format].max_period in violation.message


def test_an_activity_may_end_on_the_day_it_starts() -> None:
    assert refused(draft_activity(end_date="2026-05-01")) == []


def test_an_activity_may_not_end_before_it_starts() -> None:
    (violation,) = refused(draft_activity(end_date="2026-04-30"))
    assert (violation.kind.code, violation.pointer) == ("activity.date_order", "/end_date")


def test_a_period_at_the_end_of_the_calendar_has_a_limit_too() -> None:
    assert latest_end(FORMATS["live_course"], date(9999, 6, 1)) == date.max
    assert latest_end(FORMATS["live_course"], date(9998, 6, 1)) == date(9999, 5, 31)


def test_there_are_eleven_formats_and_only_enduring_material_runs_three_years() -> None:
    assert len(FORMATS) == 11
    assert {row.code: row.max_years for row in FORMATS.values() if row.max_years != 1} == {
        "enduring_material": 3
    }


def test_every_format_explains_what_is_counted() -> None:
    for row in FORMATS.values():
        assert row.name
        assert all(text.endswith(".") for text in (row.unit, row.credit, row.counting))


def test_legacy_codes_lead_to_one_format_each() -> None:
    assert {code: row.code for code, row in FORMAT_OF_LEGACY_CODE.items()} == {
        "C": "live_course",
        "IL": "live_course",
        "RSS": "regularly_scheduled_series",
        "EM": "enduring_material",
        "IEM": "enduring_material",
        "JN": "journal_cme",
        "MR": "manuscript_review",
        "TIW": "test_item_writing",
        "CML": "committee_learning",
        "PI": "performance_quality_improvement",
        "ISL": "internet_searching_and_learning",
        "LFT": "learning_from_teaching",
        "O": "other_blended",
    }
    assert sum(len(row.legacy_codes) for row in FORMATS.values()) == len(FORMAT_OF_LEGACY_CODE)


@pytest.mark.parametrize("activity_format", FORMATS)
def test_a_format_takes_its_own_delivery_methods_and_no_other(activity_format: str) -> None:
    allowed = FORMATS[activity_format].delivery_methods
    found = refused(draft_activity(format=activity_format, delivery_methods=list(DELIVERY_METHODS)))
    assert [violation.value for violation in found] == [
        method for method in DELIVERY_METHODS if method not in allowed
    ]
    assert {violation.kind.code for violation in found} <= {
        "activity.delivery_method_not_applicable"
    }
    assert all(violation.did_you_mean == allowed for violation in found)


def test_other_blended_learning_takes_any_delivery_method() -> None:
    assert FORMATS["other_blended"].delivery_methods == DELIVERY_METHODS
