"""Dates: days of the calendar, never a time, never converted."""

import re
from datetime import date
from typing import Annotated, Final

from pydantic_core import core_schema

from app.core.errors import declare
from app.core.fields.base import ReadBy, wrong, wrong_type

DATE_INVALID = declare(
    "date.invalid",
    422,
    "The date does not exist or is written differently",
    "Write a day of the calendar as YYYY-MM-DD, for example 2026-07-01.",
)
DATE_TIME_NOT_ALLOWED = declare(
    "date.time_not_allowed",
    422,
    "A date has no time of day",
    "Send the date alone, for example 2026-07-01; dates are never converted between zones.",
)
DATE_OUT_OF_RANGE = declare(
    "date.out_of_range",
    422,
    "The date is too far away",
    "Send a date from 1900-01-01 to 2199-12-31.",
)

FIRST_DAY: Final = date(1900, 1, 1)
LAST_DAY: Final = date(2199, 12, 31)

_LENGTH = len("2026-07-01")
_DATE_AND_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d.*", re.ASCII | re.DOTALL)


def read_date(value: object) -> date:
    """Return the day that `YYYY-MM-DD` names, or raise what is wrong with it."""
    if type(value) is not str:
        wrong_type('A date written as text, such as "2026-07-01",', value)
    day = day_written(value)
    if day is None and _DATE_AND_TIME.fullmatch(value):
        message = f"A date has no time here; send {value[:_LENGTH]} alone."
        raise wrong(DATE_TIME_NOT_ALLOWED, message)
    if day is None:
        message = "This is no day of the calendar written as YYYY-MM-DD, such as 2026-07-01."
        raise wrong(DATE_INVALID, message)
    if not FIRST_DAY <= day <= LAST_DAY:
        message = f"{value} is not between {FIRST_DAY} and {LAST_DAY}."
        raise wrong(DATE_OUT_OF_RANGE, message)
    return day


def day_written(value: str) -> date | None:
    """Return the day of the calendar that `YYYY-MM-DD` names; None for any other text."""
    # fromisoformat alone would also read "20260701" and "2026-W27-3".
    if len(value) != _LENGTH or not value[4] == "-" == value[7]:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


# Days that every month has, and the last ones of those that have them every year.
_SURELY_A_DAY: Final = (
    r"^(?:19|20|21)\d\d-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])"
    r"|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)$"
).replace(r"\d", "[0-9]")

IsoDate = Annotated[
    date,
    ReadBy(
        read_date,
        {"type": "string", "format": "date"},
        date.isoformat,
        surely=core_schema.str_schema(pattern=_SURELY_A_DAY, strict=True),
    ),
]
"""A day, sent as text `YYYY-MM-DD`."""
