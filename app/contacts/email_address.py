"""E-mail addresses: judged by their form, without asking the network."""

from typing import Annotated, Any, Final

from email_validator import EmailNotValidError, validate_email

from app.contacts.problems import EMAIL_INVALID
from app.core.fields import ReadBy, wrong
from app.core.fields.base import wrong_type

LONGEST: Final = 254


def read_email(value: object) -> str:
    """Return an e-mail address as it was sent, or raise what is wrong with it."""
    if type(value) is not str:
        wrong_type("An e-mail address written as text", value)
    if len(value) > LONGEST:
        raise wrong(EMAIL_INVALID, f"An e-mail address has {LONGEST} characters at most.")
    try:
        validate_email(value, check_deliverability=False)
    except EmailNotValidError as error:
        raise wrong(EMAIL_INVALID, str(error)) from error
    return value


_SCHEMA: Final[dict[str, Any]] = {"type": "string", "format": "email", "maxLength": LONGEST}

EmailAddress = Annotated[str, ReadBy(read_email, _SCHEMA)]
"""One e-mail address, kept as it was sent."""
