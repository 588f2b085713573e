"""The deadlines of an accreditor's providers as clients read them."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Final

from fastapi import Query

from app.core.clock import Clock
from app.providers.deadlines import deadline, is_over

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2190

YearAsked = Annotated[
    int | None,
    Query(ge=FIRST_YEAR, le=LAST_YEAR, description="The year in which the activities ended."),
]


def deadline_list(
    accreditor_id: str, exceptions: Mapping[int, date], year: int | None, clock: Clock
) -> dict[str, Any]:
    """Return the deadline of a year; of last, this and next year where none is asked for."""
    this_year = clock.today().year
    years = [this_year - 1, this_year, this_year + 1] if year is None else [year]
    return {
        "accreditor": accreditor_id,
        "time_zone": clock.reporting_zone.key,
        "data": [deadline_row(one, exceptions, clock) for one in years],
    }


def deadline_row(year: int, exceptions: Mapping[int, date], clock: Clock) -> dict[str, Any]:
    """Return the deadline of a year."""
    until = deadline(year, exceptions, clock.reporting_zone)
    return {
        "year": year,
        "deadline": until.isoformat(timespec="seconds"),
        "last_day": until.date().isoformat(),
        "set_by": "accreditor" if year in exceptions else "rule",
        "passed": is_over(until, clock.now()),
    }
