"""Which activities have yearly snapshots, and of which days."""

from datetime import date

import pytest

from app.activities.formats import ENDURING_MATERIAL, FORMATS
from app.activities.surroundings import Snapshot
from app.learners.snapshot_rules import snapshot_violations

START, END = date(2024, 7, 1), date(2026, 6, 30)


def found(
    *days: date, activity_format: str = ENDURING_MATERIAL, today: date = date(2027, 1, 1)
) -> list[tuple[str, str]]:
    snapshots = [Snapshot(day, 1, 0) for day in days]
    return [
        (violation.kind.code, violation.pointer)
        for violation in snapshot_violations(
            snapshots,
            activity_format=activity_format,
            start_date=START,
            end_date=END,
            today=today,
        )
    ]


def test_every_year_of_an_enduring_material_may_have_one() -> None:
    assert found(date(2024, 12, 31), date(2025, 12, 31), date(2026, 12, 31)) == []


@pytest.mark.parametrize("activity_format", sorted(set(FORMATS) - {ENDURING_MATERIAL}))
def test_no_other_format_has_snapshots(activity_format: str) -> None:
    refused = [("learners.snapshots_not_applicable", "/snapshots")]
    assert found(date(2024, 12, 31), activity_format=activity_format) == refused
    assert found(activity_format=activity_format) == []


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date(2025, 12, 30), "learners.snapshot_date"),
        (date(2025, 1, 31), "learners.snapshot_date"),
        (date(2023, 12, 31), "learners.snapshot_outside_activity"),
        (date(2027, 12, 31), "learners.snapshot_outside_activity"),
    ],
)
def test_a_snapshot_is_of_the_last_day_of_a_year_of_the_activity(day: date, code: str) -> None:
    assert found(date(2024, 12, 31), day, today=date(2028, 1, 1)) == [(code, "/snapshots/1/as_of")]


def test_the_end_of_the_year_can_be_reported_on_that_day_and_not_before() -> None:
    day = date(2025, 12, 31)
    assert found(day, today=date(2025, 12, 30)) == [
        ("learners.snapshot_in_future", "/snapshots/0/as_of")
    ]
    assert found(day, today=day) == []


def test_a_year_has_one_snapshot() -> None:
    day = date(2025, 12, 31)
    assert found(day, day) == [("learners.snapshot_twice", "/snapshots/1/as_of")]


def test_every_problem_of_a_day_is_told() -> None:
    assert [code for code, _ in found(date(2030, 6, 1))] == [
        "learners.snapshot_date",
        "learners.snapshot_outside_activity",
        "learners.snapshot_in_future",
    ]
