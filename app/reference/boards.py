"""The specialty boards that take part in MOC / CC, as data with effective dates.

Boards join and leave, and their lists change; that is why they are records and not code.
An empty list means that the board's own list is not known here: any text is accepted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class ContentAreaRule:
    """How many content areas a board takes with a registration, and whether it must."""

    min: int
    max: int
    required: bool
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Board:
    """A specialty board: what a registration may choose from, and since when."""

    code: str
    name: str
    credit_types: tuple[str, ...] = ()
    practice_areas: tuple[str, ...] = ()
    content_areas: ContentAreaRule | None = None
    in_effect_from: date | None = None
    in_effect_to: date | None = None
    exclusive_credit_types: tuple[tuple[str, ...], ...] = ()
    lists: str | None = None
    one_completion_a_day: bool = False

    @property
    def asks_content_area(self) -> bool:
        """Say whether a registration needs a content area."""
        return self.content_areas is not None and self.content_areas.required

    @property
    def effective(self) -> str:
        """Return, in words, for which start dates the board takes registrations."""
        since = f"from {self.in_effect_from}" if self.in_effect_from else ""
        until = f"to {self.in_effect_to}" if self.in_effect_to else ""
        return " ".join(filter(None, (since, until))) or "at any time"

    def is_in_effect_on(self, day: date) -> bool:
        """Say whether an activity that starts on this day may be registered."""
        return (self.in_effect_from is None or self.in_effect_from <= day) and (
            self.in_effect_to is None or day <= self.in_effect_to
        )

    def accepts_credit_type(self, credit_type: str) -> bool:
        """Say whether the board knows this credit type, or its list is not known."""
        return not self.credit_types or credit_type in self.credit_types

    def accepts_practice_area(self, practice_area: str) -> bool:
        """Say whether the board knows this practice area, or its list is not known."""
        return not self.practice_areas or practice_area in self.practice_areas


def board_from(document: Mapping[str, Any]) -> Board:
    """Return the board that a JSON document describes; what is left out is not known."""
    rule = document.get("content_areas")
    return Board(
        code=document["code"],
        name=document["name"],
        credit_types=tuple(document.get("credit_types") or ()),
        practice_areas=tuple(document.get("practice_areas") or ()),
        content_areas=rule and ContentAreaRule(**rule),
        in_effect_from=_day(document.get("in_effect_from")),
        in_effect_to=_day(document.get("in_effect_to")),
        exclusive_credit_types=tuple(map(tuple, document.get("exclusive_credit_types") or ())),
        lists=document.get("lists"),
        one_completion_a_day=document.get("one_completion_a_day", False),
    )


def _day(written: str | None) -> date | None:
    return None if written is None else date.fromisoformat(written)
