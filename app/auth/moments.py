"""Moments that clients send: with a day, a time and a zone, such as 2027-06-30T12:00:00Z."""

import re
from datetime import UTC, datetime
from typing import Annotated, Final

from app.core.errors import declare
from app.core.fields import ReadBy, wrong
from app.core.fields.base import wrong_type

MOMENT_INVALID = declare(
    "moment.invalid",
    422,
    "The moment cannot be read",
    "Write day, time and zone, for example 2027-06-30T12:00:00Z.",
)

_MOMENT: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?(?:Z|[+-]\d{2}:\d{2})", re.ASCII
)


def read_moment(value: object) -> datetime:
    """Return the moment that a text names, in UTC, or raise what is wrong with it."""
    if type(value) is not str:
        wrong_type('A moment written as text, such as "2027-06-30T12:00:00Z",', value)
    if _MOMENT.fullmatch(value):
        try:
            return datetime.fromisoformat(value).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    message = "This is no moment with day, time and zone, such as 2027-06-30T12:00:00Z."
    raise wrong(MOMENT_INVALID, message)


Moment = Annotated[datetime, ReadBy(read_moment, {"type": "string", "format": "date-time"})]
"""A moment, sent as text with a zone."""
