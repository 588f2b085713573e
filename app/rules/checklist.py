"""Evaluating rows: everything a record lacks, in one pass."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Generic, NamedTuple

from app.rules.conditions import ALWAYS, Condition, Facts, Predicate
from app.rules.requirement import Requirement, StageT


class Lack(NamedTuple, Generic[StageT]):
    """A row that a record does not meet, and the entry of the list that it is about."""

    row: Requirement[StageT]
    record: Facts
    position: int | None = None
    item: Facts = None

    @property
    def pointer(self) -> str:
        """Return the JSON pointer to what is lacking."""
        if self.position is None:
            return self.row.pointer
        return self.row.pointer.replace("{i}", str(self.position))

    @property
    def text(self) -> str:
        """Return what to do about it."""
        if self.row.detail is None:
            return self.row.text
        return self.row.detail.format(record=self.record)

    @property
    def because(self) -> str | None:
        """Return why the row applies to this record, or None where it always does."""
        because = self.row.when.because
        return because and because.format(record=self.record, item=self.item)


class Section(NamedTuple, Generic[StageT]):
    """Neighbouring rows that apply to the same records and ask the same list."""

    record: Condition
    each: str | None
    rows: tuple[Requirement[StageT], ...]


def sections_of(rows: Iterable[Requirement[StageT]]) -> Iterator[Section[StageT]]:
    """Gather neighbours, so that what they share is judged once for all of them."""
    for (record, each), neighbours in groupby(
        rows, key=lambda row: (row.when.record, row.when.each)
    ):
        yield Section(record, each, tuple(neighbours))


class _Asked(NamedTuple, Generic[StageT]):
    """A row, ready to be asked of a record or of an entry."""

    row: Requirement[StageT]
    applies: Predicate | None
    is_met: Predicate


class _Compiled(NamedTuple, Generic[StageT]):
    """A section, ready to be asked of a record."""

    applies: Predicate | None
    each: Callable[[Facts], Iterable[Facts]] | None
    rows: tuple[_Asked[StageT], ...]


class Checklist(Generic[StageT]):
    """Rows made ready for evaluation.

    A section whose rows do not apply is skipped as a whole. In a section that asks a list
    the entries come one after another, each with all it lacks.
    """

    def __init__(self, rows: Iterable[Requirement[StageT]]) -> None:
        self.rows = tuple(rows)
        self._sections = tuple(_compiled(section) for section in sections_of(self.rows))

    def lacks(self, record: Facts, today: date) -> list[Lack[StageT]]:
        """Return every row that applies to this record and is not met, in order."""
        lacks: list[Lack[StageT]] = []
        for applies, each, rows in self._sections:
            if applies is not None and not applies(record, today):
                continue
            if each is None:
                for row, _, is_met in rows:
                    if not is_met(record, today):
                        lacks.append(Lack(row, record))
                continue
            for position, item in enumerate(each(record)):
                for row, asked, is_met in rows:
                    if (asked is None or asked(item, today)) and not is_met(item, today):
                        lacks.append(Lack(row, record, position, item))
        return lacks


def _compiled(section: Section[StageT]) -> _Compiled[StageT]:
    return _Compiled(
        _unless_always(section.record),
        None if section.each is None else attrgetter(section.each),
        tuple(_Asked(row, _unless_always(row.when.item), row.check.holds) for row in section.rows),
    )


def _unless_always(condition: Condition) -> Predicate | None:
    return None if condition == ALWAYS else condition.holds
