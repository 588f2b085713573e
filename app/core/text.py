"""Which characters may stand in text, and how to say which one may not."""

import re
import unicodedata
from typing import Final

from app.core.errors import declare

EMPTY = declare(
    "text.empty",
    422,
    "The text is empty",
    "Send null when there is no answer; text that is sent has at least one visible character.",
)
TOO_LONG = declare(
    "text.too_long",
    422,
    "The text is too long",
    "Shorten the text to the number of characters that the message names.",
)
INVALID_CHARACTER = declare(
    "text.invalid_character",
    422,
    "The text contains a character that is not allowed",
    "Remove the character that the message names; text holds printable characters.",
)
SURROUNDING_BLANKS = declare(
    "text.surrounding_blanks",
    422,
    "The identifier begins or ends with a blank",
    "Send the identifier without blanks before and after it.",
)
NOT_NORMALIZED = declare(
    "text.not_normalized",
    422,
    "The identifier is not in Unicode normalization form C",
    "Send the composed form (NFC), so that equal-looking identifiers are equal.",
)

SHOWN: Final = 200
"""How many characters of what was sent a problem repeats at most."""

# Line breaks and tabs are at home in a description and nowhere else.
_NEVER = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_NOT_ON_ONE_LINE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
# Two identifiers that look the same must be the same: whatever is invisible, or changes
# the direction of reading, would let twins of one record live side by side.
_INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def forbidden_character(text: str, *, multiline: bool) -> int | None:
    """Return the place of the first character that may not stand in text, if there is one."""
    if text.isprintable():
        return None
    found = (_NEVER if multiline else _NOT_ON_ONE_LINE).search(text)
    return found.start() if found else None


def invisible_character(text: str) -> int | None:
    """Return the place of the first control, zero-width, bidi or unassigned character."""
    if text.isascii() and text.isprintable():
        return None
    for place, character in enumerate(text):
        if unicodedata.category(character) in _INVISIBLE_CATEGORIES:
            return place
    return None


def name_of(character: str) -> str:
    """Return how a person looks the character up: `U+200B ZERO WIDTH SPACE`."""
    name = unicodedata.name(character, "")
    return f"U+{ord(character):04X} {name}".rstrip()
