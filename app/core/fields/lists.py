"""Lists: each value once."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final, get_args

from pydantic import AfterValidator, Field

from app.core.errors import declare
from app.core.fields.base import wrong

LIST_REPEATED = declare(
    "list.repeated",
    422,
    "The list names the same value twice",
    "Name each value once.",
)


def _each_once(values: Sequence[Any]) -> Sequence[Any]:
    if len(set(values)) != len(values):
        number = Counter(values)
        twice = next(value for value in number if number[value] > 1)
        raise wrong(LIST_REPEATED, f"{twice} stands here twice.")
    return values


EachOnce: Final = AfterValidator(_each_once)
"""The annotation of a list that names each value once; it stands behind that of its length."""


def no_more_than(words: Any) -> Any:
    """Return the annotation of the length of a list of these words, which names each once.

    Without it a body of wrong words would be judged to its end.
    """
    return Field(max_length=len(get_args(words)))
