"""The fields by which a learner is known, among them the birthday without its year and the NPI."""

import re
from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Final

from app.core.fields import Identifier, ReadBy, Text, wrong
from app.core.fields.base import wrong_type
from app.learners.completion_problems import BIRTH_DAY, MASKED, NPI

# In a leap year every month and day that anybody was born on is there.
_ANY_LEAP_YEAR: Final = 2000
_BIRTHDAY: Final = re.compile(r"(?:[0-9]{4}-)?([0-9]{2})-([0-9]{2})")
# In everything that `completion_masking` shows in the place of a person.
_MASK: Final = "**"
_DIGITS: Final = 10
_NPI: Final = re.compile(r"[0-9]{10}")
# The check digit is that of the number with the issuer's prefix 80840, which adds 24. The
# five digits that are not doubled are added as their codes in ASCII: a multiple of ten more.
_OF_THE_PREFIX: Final = 24
_SINGLE: Final = bytes.maketrans(b"0123456789", bytes(range(10)))
_DOUBLED: Final = bytes.maketrans(b"0123456789", bytes((0, 2, 4, 6, 8, 1, 3, 5, 7, 9)))


def read_birth_month_day(value: object) -> str:
    """Return a birthday as MM-DD; a year that was sent with it is dropped here for good."""
    if type(value) is not str:
        wrong_type('A month and a day as text, such as "02-29",', value)
    found = _BIRTHDAY.fullmatch(value)
    if found is None or not _is_a_day(int(found[1]), int(found[2])):
        raise wrong(BIRTH_DAY, "A month and a day are needed here, as MM-DD.")
    return f"{found[1]}-{found[2]}"


def has_year(value: Any) -> bool:
    """Say whether a birthday was sent with its year."""
    return isinstance(value, str) and len(value) > len("MM-DD")


def read_npi(value: object) -> str:
    """Return an NPI, or raise what is wrong with it."""
    if type(value) is not str:
        wrong_type('Ten digits as text, such as "1234567893",', value)
    if not _NPI.fullmatch(value):
        raise wrong(NPI, "An NPI has ten digits.")
    if not is_npi(value):
        raise wrong(NPI, "The last digit does not fit the others; one of them is mistyped.")
    return value


def is_npi(digits: str) -> bool:
    """Say whether the last of ten digits checks the others (Luhn, with prefix 80840)."""
    codes = digits.encode()
    total = _OF_THE_PREFIX + sum(codes[1::2]) + sum(codes[::2].translate(_DOUBLED))
    return total % 10 == 0


def _are_npis(texts: Collection[str]) -> bool:
    """Say whether each text is an NPI: the digits of all are added place by place.

    The digits of one place, those of all texts, are the bytes of one number. No sum of ten
    digits is more than a byte.
    """
    digits = "".join(texts)
    if not (digits.isascii() and digits.isdecimal()) or set(map(len, texts)) != {_DIGITS}:
        return False
    codes = digits.encode()
    doubled, single = codes.translate(_DOUBLED), codes.translate(_SINGLE)
    places = [(single if place % 2 else doubled)[place::_DIGITS] for place in range(_DIGITS)]
    totals = sum(map(int.from_bytes, places)).to_bytes(len(texts))
    return all((_OF_THE_PREFIX + total) % 10 == 0 for total in set(totals))


def _is_a_day(month: int, day: int) -> bool:
    try:
        date(_ANY_LEAP_YEAR, month, day)
    except ValueError:
        return False
    return True


def _unmasked(reader: ReadBy) -> ReadBy:
    """Refuse what lists show in the place of a person: saved, it would take the person's place."""

    def read(value: object) -> Any:
        if isinstance(value, str) and _MASK in value:
            raise wrong(MASKED, "This is masked, as lists show it; send what stands behind it.")
        return reader.read(value)

    def are_plain(texts: Collection[str]) -> bool:
        return reader.plain is not None and _MASK not in "".join(texts) and reader.plain(texts)

    return replace(reader, read=read, plain=are_plain, surely=None)


PersonName = Annotated[str, _unmasked(Text(255))]
"""A given name or a family name."""

PersonId = Annotated[str, _unmasked(Identifier(50))]
"""What a state or a board knows a learner by."""

BirthMonthDay = Annotated[
    str,
    _unmasked(
        ReadBy(
            read_birth_month_day,
            {"type": "string", "pattern": "^([0-9]{4}-)?[0-9]{2}-[0-9]{2}$", "example": "02-29"},
        )
    ),
]
"""A birthday, sent as text `MM-DD`."""

Npi = Annotated[
    str,
    _unmasked(ReadBy(read_npi, {"type": "string", "pattern": "^[0-9]{10}$"}, plain=_are_npis)),
]
"""A National Provider Identifier."""
