"""What somebody may have meant: the known words nearest to an unknown one."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

MOST_SUGGESTIONS: Final = 3
# Longer words are no typing mistake of a known one, and comparing them takes long.
LONGEST_COMPARED: Final = 100


def nearest(word: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return the known words that look most like `word`, the best first.

    Case, blanks, hyphens and underscores do not count: `Start-Date` means `start_date`.
    """
    if len(word) > LONGEST_COMPARED:
        return ()
    by_form = {_form(name): name for name in known}
    form = _form(word)
    if form in by_form:
        return (by_form[form],)
    return tuple(by_form[near] for near in get_close_matches(form, by_form, MOST_SUGGESTIONS))


def _form(word: str) -> str:
    return word.casefold().replace("_", "").replace("-", "").replace(" ", "")
