"""The rules on yearly snapshots: which activities have them, and of which days."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from app.activities.formats import ENDURING_MATERIAL
from app.activities.snapshot_years import NOT_APPLICABLE, OUTSIDE_ACTIVITY, PASSAGE
from app.activities.surroundings import Snapshot
from app.core.errors import ErrorCode, Violation, declare

SNAPSHOT_DATE = declare(
    "learners.snapshot_date",
    422,
    "The snapshot is not of the end of a year",
    "Counts are brought up to December 31 of each year.",
)
IN_FUTURE = declare(
    "learners.snapshot_in_future",
    422,
    "The day of the snapshot has not come yet",
    "Send the snapshot once the year is over; until then the counts say how far it has come.",
)
TWICE = declare(
    "learners.snapshot_twice",
    422,
    "A year has two snapshots",
    "Send one snapshot for each year.",
)
LAST_DAY_OF_YEAR: Final = (12, 31)


def snapshot_violations(
    snapshots: Sequence[Snapshot],
    *,
    activity_format: str,
    start_date: date,
    end_date: date,
    today: date,
) -> list[Violation]:
    """Return everything that is wrong about the snapshots of an activity."""
    if snapshots and activity_format != ENDURING_MATERIAL:
        message = (
            f"The format is {activity_format}; its records run for 12 months at most and are"
            " counted once."
        )
        return [Violation(NOT_APPLICABLE, "/snapshots", message, source=PASSAGE)]
    days = [snapshot.as_of for snapshot in snapshots]
    return [
        Violation(kind, f"/snapshots/{place}/as_of", message, str(day), source=PASSAGE)
        for place, day in enumerate(days)
        for kind, message in _problems_of(day, days[:place], start_date, end_date, today)
    ]


def _problems_of(
    day: date, before: Sequence[date], start_date: date, end_date: date, today: date
) -> Iterator[tuple[ErrorCode, str]]:
    if (day.month, day.day) != LAST_DAY_OF_YEAR:
        yield SNAPSHOT_DATE, f"Counts are reported as of December 31, such as {day.year}-12-31."
    if not start_date.year <= day.year <= end_date.year:
        yield (
            OUTSIDE_ACTIVITY,
            f"The activity runs from {start_date} to {end_date}, so not in {day.year}.",
        )
    if day > today:
        yield IN_FUTURE, f"It is {today} today."
    if day in before:
        yield TWICE, f"{day} stands at position {before.index(day)} already."
