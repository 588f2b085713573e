"""Until when a year must be reported: the rule, and the days that accreditors set."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

MONTH, DAY = 3, 31
LAST_MINUTE: Final = time(23, 59)
_ONE_MINUTE: Final = timedelta(minutes=1)
_SATURDAY: Final = 5


def reporting_year(end_date: date) -> int:
    """Return the year in which an activity is reported: that of its end date."""
    return end_date.year


def deadline(year: int, exceptions: Mapping[int, date], zone: ZoneInfo) -> datetime:
    """Return the last minute in which a year may be reported.

    It is 23:59 in the reporting zone on March 31 of the next year, or on the next
    business day when that is a weekend. A day that the accreditor set for the year stands
    as it was set, since whoever sets a day has looked at the calendar.
    """
    day = exceptions.get(year) or usual_last_day(year)
    return datetime.combine(day, LAST_MINUTE, zone)


def usual_last_day(year: int) -> date:
    """Return the last day on which a year is reported where no accreditor set another."""
    return next_business_day(date(year + 1, MONTH, DAY))


def is_over(last_minute: datetime, now: datetime) -> bool:
    """Tell whether a deadline has passed; the last minute belongs to those who report."""
    return now >= last_minute + _ONE_MINUTE


def next_business_day(day: date) -> date:
    """Return this day, or the Monday after it when it is a Saturday or Sunday.

    No federal holiday of the USA can fall on March 31 or on the two days after it. Good
    Friday, Easter Monday and Cesar Chavez Day can, and are no federal holidays.
    """
    while day.weekday() >= _SATURDAY:
        day += timedelta(days=1)
    return day
