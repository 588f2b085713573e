"""Text: for people, for telling records apart, and web addresses."""

import re
import unicodedata
from collections.abc import Collection
from functools import partial
from typing import Annotated, Any, Final

from pydantic_core import core_schema

from app.core import text as characters
from app.core.errors import declare
from app.core.fields.base import ReadBy, wrong, wrong_type

URL_INVALID = declare(
    "url.invalid",
    422,
    "The address is not a web address",
    "Send a whole address with http or https and a host, for example https://cme.example.org/gr.",
)

LONGEST_URL: Final = 2000

_LABEL = r"[^\W_](?:[\w-]*[^\W_])?"
_HOST = rf"(?:(?:{_LABEL}\.)*{_LABEL}\.?|\[[0-9a-f:.]+\])"
_HTTP_URL = re.compile(rf"https?://{_HOST}(?::[0-9]{{1,5}})?(?:[/?#]\S*)?", re.IGNORECASE)


def _read_text(value: object, most: int) -> str:
    if type(value) is not str:
        wrong_type("Text", value)
    if not value or value.isspace():
        raise wrong(characters.EMPTY, "This text is empty; send null when there is no answer.")
    if len(value) > most:
        message = f"This text has {len(value):,} characters; at most {most:,} are allowed."
        raise wrong(characters.TOO_LONG, message)
    return value


def _refuse_character(value: str, place: int | None) -> None:
    if place is not None:
        message = f"Character {place + 1} is {characters.name_of(value[place])}; remove it."
        raise wrong(characters.INVALID_CHARACTER, message)


def read_url(value: object) -> str:
    """Return a web address, or raise what is wrong with it."""
    address = _read_text(value, LONGEST_URL)
    _refuse_character(address, characters.forbidden_character(address, multiline=False))
    if not _HTTP_URL.fullmatch(address):
        message = "A whole web address is needed, such as https://cme.example.org/gr."
        raise wrong(URL_INVALID, message)
    return address


def _read_words(value: object, *, most: int, multiline: bool) -> str:
    # Nearly every text is printable and of this length, and asked no further.
    if type(value) is str and value.isprintable() and len(value) <= most and value.strip():
        return value
    text = _read_text(value, most)
    _refuse_character(text, characters.forbidden_character(text, multiline=multiline))
    return text


def _read_identifier(value: object, *, most: int) -> str:
    text = _read_text(value, most)
    _refuse_character(text, characters.invisible_character(text))
    if text != text.strip():
        message = "This identifier begins or ends with a blank; remove it."
        raise wrong(characters.SURROUNDING_BLANKS, message)
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        message = "This identifier is written with combining characters; send it as NFC."
        raise wrong(characters.NOT_NORMALIZED, message)
    return text


def _are_plain_words(texts: Collection[str], *, most: int) -> bool:
    return (
        "".join(texts).isprintable() and max(map(len, texts)) <= most and all(map(str.strip, texts))
    )


def _are_plain_identifiers(texts: Collection[str], *, most: int) -> bool:
    together = "".join(texts)
    return (
        together.isascii()
        and together.isprintable()
        and " " not in together
        and max(map(len, texts)) <= most
        and all(texts)
    )


# Texts in Latin letters, on one line and beginning with none of the blanks.
_SURELY_WORDS: Final = (
    r"^[!-~\u00a1-\u00ac\u00ae-\u024f\u2010-\u2027\u20ac]"
    r"[ -~\u00a1-\u00ac\u00ae-\u024f\u2010-\u2027\u20ac]*$"
)
_SURELY_AN_IDENTIFIER: Final = "^[!-~]+$"
_SURELY_LABEL: Final = "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_SURELY_A_URL: Final = (
    rf"^https?://(?:{_SURELY_LABEL}\.)*{_SURELY_LABEL}(?::[0-9]{{1,5}})?(?:[/?#][!-~]*)?$"
)


def _surely(pattern: str, most: int) -> core_schema.StringSchema:
    return core_schema.str_schema(pattern=pattern, max_length=most, strict=True)


def _schema(most: int) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "maxLength": most}


def Text(most: int, *, multiline: bool = False) -> ReadBy:  # noqa: N802 - reads as a type
    """Text for people, of at most so many characters, on one line unless `multiline`."""
    return ReadBy(
        partial(_read_words, most=most, multiline=multiline),
        _schema(most),
        plain=partial(_are_plain_words, most=most),
        surely=_surely(_SURELY_WORDS, most),
    )


def Identifier(most: int) -> ReadBy:  # noqa: N802 - reads as a type
    """Text that tells records apart: what looks the same must be the same."""
    return ReadBy(
        partial(_read_identifier, most=most),
        _schema(most),
        plain=partial(_are_plain_identifiers, most=most),
        surely=_surely(_SURELY_AN_IDENTIFIER, most),
    )


HttpUrl = Annotated[
    str,
    ReadBy(
        read_url,
        {**_schema(LONGEST_URL), "format": "uri"},
        surely=_surely(_SURELY_A_URL, LONGEST_URL),
    ),
]
"""A web address: http or https, with a host."""
