"""Lists: each value once."""

from collections.abc import Sequence
from typing import Any, Final

from pydantic import AfterValidator

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
        twice = next(value for value in values if values.count(value) > 1)
        raise wrong(LIST_REPEATED, f"{twice} stands here twice.")
    return values


EachOnce: Final = AfterValidator(_each_once)
"""The annotation of a list that names each value once."""
