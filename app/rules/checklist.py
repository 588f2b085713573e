"""Evaluating rows: everything a record lacks, in one pass."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import count, groupby
from typing import Any, Generic, NamedTuple

from app.rules.conditions import ALWAYS, Condition, Facts
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


class Checklist(Generic[StageT]):
    """Rows made ready for evaluation, as one function that Python compiles.

    A section whose rows do not apply is skipped as a whole. In a section that asks a list
    the entries come one after another, each with all it lacks.
    """

    def __init__(self, rows: Iterable[Requirement[StageT]]) -> None:
        self.rows = tuple(rows)
        self._lacks: Callable[[Facts, date], list[Lack[StageT]]] = _compiled(self.rows)

    def lacks(self, record: Facts, today: date) -> list[Lack[StageT]]:
        """Return every row that applies to this record and is not met, in order."""
        return self._lacks(record, today)


def _compiled(rows: tuple[Requirement[StageT], ...]) -> Callable[..., Any]:
    numbers = count()
    lines = [line for section in sections_of(rows) for line in _written(section, numbers)]
    body = "\n    ".join(["found = []", *lines, "return found"])
    names: dict[str, Any] = {"rows": rows, "Lack": Lack}
    # The text is put together of the table's conditions alone.
    exec(f"def lacks(record, today):\n    {body}", names)  # noqa: S102
    compiled: Callable[..., Any] = names["lacks"]
    return compiled


def _written(section: Section[StageT], numbers: Iterator[int]) -> Iterator[str]:
    """Write a section as lines of Python; its rows have the next numbers."""
    yield f"if {section.record.written('record')}:"
    indent, asked, entry = "    ", "record", ""
    if section.each is not None:
        yield f"{indent}for position, item in enumerate(record.{section.each}):"
        indent, asked, entry = "        ", "item", ", position, item"
    for row in section.rows:
        applies = "" if row.when.item == ALWAYS else f"{row.when.item.written(asked)} and "
        yield f"{indent}if {applies}not {row.check.written(asked)}:"
        yield f"{indent}    found.append(Lack(rows[{next(numbers)}], record{entry}))"
