"""Phone numbers: E.164 and nothing else, with that form of whatever else was sent."""

from typing import Any, Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat

from app.contacts.problems import PHONE_INVALID
from app.core.errors import Violation

# Where a number without a country code is dialled: the field is at home in the USA.
HOME_REGION: Final = "US"
LONGEST: Final = 16
"""A plus sign and the fifteen digits that E.164 allows at most."""


def phone_violation(value: Any) -> Violation | None:
    """Return why this text is no phone number in E.164 form, or None when it is one.

    Nothing is converted: the form that was probably meant goes into `did_you_mean`.
    What is not text is for the schema to refuse.
    """
    if not isinstance(value, str) or not value:
        return None
    meant = _e164(value)
    if meant == value:
        return None
    if meant is None:
        message = "This is no phone number that exists in any country; E.164 is +19165550123."
        return Violation(PHONE_INVALID, "/phone", message, value[: LONGEST * 4])
    message = f"A phone number is written in E.164 form; did you mean {meant}?"
    return Violation(PHONE_INVALID, "/phone", message, value[: LONGEST * 4], (meant,))


def _e164(value: str) -> str | None:
    try:
        number: PhoneNumber = phonenumbers.parse(value, HOME_REGION)
    except NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)
