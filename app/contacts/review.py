"""The yearly review: when a provider last confirmed its contacts, and when it must again."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.core.instant import instant


@dataclass(frozen=True, slots=True)
class Review:
    """When contacts were last confirmed, by when they must be again, and whether that passed."""

    last_reviewed_at: datetime | None
    due: date | None
    overdue: bool

    def as_document(self) -> dict[str, Any]:
        """Return the members that show the review."""
        reviewed, due = self.last_reviewed_at, self.due
        return {
            "last_reviewed_at": None if reviewed is None else instant(reviewed),
            "review_due": None if due is None else due.isoformat(),
            "review_overdue": self.overdue,
        }


def review_of(
    looked_at: datetime | None, last_reviewed_at: datetime | None, zone: ZoneInfo, today: date
) -> Review:
    """Return where a review stands: due a year after somebody last looked.

    `looked_at` is the last review, or the creation of what was never reviewed; of several
    contacts it is the earliest such moment. It is None while there are no contacts.
    """
    if looked_at is None:
        return Review(last_reviewed_at, None, overdue=False)
    due = a_year_after(looked_at.astimezone(zone).date())
    return Review(last_reviewed_at, due, overdue=due < today)


def a_year_after(day: date) -> date:
    """Return the same day of the next year; 28 February after a leap day."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)
