"""Naming valid values to somebody who wrote another one: the most alike come first."""

from collections.abc import Iterable
from difflib import SequenceMatcher

LONGEST_COMPARED = 80
"""Comparing takes time that grows with the square of the length; no name is longer."""


def most_alike(written: str, valid: Iterable[str]) -> tuple[str, ...]:
    """Return the valid values, those most like what was written first.

    Unlike a guess at a typing mistake this names values in any case: the lists of the
    boards are closed, so one of their values is right whatever was written.
    """
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(written[:LONGEST_COMPARED].casefold())

    def likeness(value: str) -> float:
        matcher.set_seq1(value[:LONGEST_COMPARED].casefold())
        return matcher.ratio()

    return tuple(sorted(valid, key=likeness, reverse=True))
