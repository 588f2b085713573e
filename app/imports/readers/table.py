"""What CSV files and sheets have in common: a header somewhere on top, then rows of cells."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from app.core.errors import MOST_VIOLATIONS, ProblemError, Violation
from app.core.nearest import nearest
from app.imports.cells import is_empty, record_of
from app.imports.columns import TABLES, Column
from app.imports.problems import (
    CELL_WITHOUT_COLUMN,
    COLUMNS_UNKNOWN,
    FILE_REFUSED,
    FILE_UNREADABLE,
)
from app.imports.readers.rows import Kind, SentRow, Understood, file_problem

# A row of guidance, a title and a logo may stand above the header, and no more than that.
_ROWS_ABOVE: Final = 10
_LEAST_KNOWN: Final = 2
# What exports and result files say beyond the record. Sent back, it is passed over.
_PASSED_OVER: Final = frozenset(
    {
        "import_row",
        "import_codes",
        "import_reasons",
        "provider_id",
        "status",
        "next_status",
        "missing_count",
        "version",
        "created_at",
        "updated_at",
        "closed_at",
        "completion_id",
    }
)
# What no export can have is no header either. It is looked at several times, and kept.
MOST_COLUMNS: Final[Mapping[Kind, int]] = MappingProxyType(
    {kind: table.widest() + len(_PASSED_OVER) for kind, table in TABLES.items()}
)


@dataclass(frozen=True, slots=True)
class Header:
    """Which column stands where. `names` are those of the file, as they were sent."""

    names: tuple[str, ...]
    columns: tuple[Column | None, ...]
    nameless: tuple[int, ...]

    def together(self, rows: Sequence[Sequence[Any]]) -> list[dict[str, Any] | None]:
        """Return the records that rows say; None for one that has to be refused."""
        return [None if self._beyond(cells) else self._record(cells) for cells in rows]

    def understood(self, cells: Sequence[Any]) -> Understood:
        """Return what a row asks for; raise ProblemError when a cell has no column."""
        beyond = self._beyond(cells)
        if beyond:
            detail = (
                f"Column {beyond} has no name in the header, and this row has something in it."
                " A value that contains the separator needs quotation marks around it."
            )
            raise ProblemError(CELL_WITHOUT_COLUMN, detail)
        return Understood(self._record(cells))

    def _record(self, cells: Sequence[Any]) -> dict[str, Any]:
        pairs = zip(self.columns, cells, strict=False)
        return record_of((column, cell) for column, cell in pairs if column is not None)

    def _beyond(self, cells: Sequence[Any]) -> int | None:
        """Return the first column, counted from 1, that has a cell here and no name."""
        if not self.nameless and len(cells) <= len(self.names):
            return None
        places = (*self.nameless, *range(len(self.names), len(cells)))
        filled = (place for place in places if place < len(cells) and not is_empty(cells[place]))
        first = next(filled, None)
        return None if first is None else first + 1


def rows_under(lines: Iterator[Sequence[Any]], kind: Kind) -> tuple[Header, Iterator[SentRow]]:
    """Find the header, and return it with the rows below it.

    Raises ProblemError when there is none, or when it names columns that nobody knows.
    """
    most = MOST_COLUMNS[kind]
    for _, line in zip(range(_ROWS_ABOVE), lines, strict=False):
        names = tuple(_name(cell) for cell in line[:most])
        known = {name for name in names if TABLES[kind].named(name)}
        if len(known) >= _LEAST_KNOWN:
            sent = len(without_empty_end(line))
            if sent > most:
                detail = f"The header has {sent:,} columns; it may have {most:,}."
                raise file_problem(FILE_REFUSED, detail)
            return _header(names[:sent], kind), _numbered(lines)
    detail = f"None of the first {_ROWS_ABOVE} rows is a header of {kind}."
    raise file_problem(FILE_UNREADABLE, detail)


def _header(names: tuple[str, ...], kind: Kind) -> Header:
    table = TABLES[kind]
    columns = tuple(table.named(name) for name in names)
    unknown = [
        name
        for name, column in zip(names, columns, strict=True)
        if name and column is None and name not in _PASSED_OVER
    ]
    # `support_01_source` is one column with `support_1_source`.
    meant = Counter(
        column.name if column else name for name, column in zip(names, columns, strict=True) if name
    )
    repeated = sorted(name for name, count in meant.items() if count > 1)
    if unknown or repeated:
        raise _refused(unknown, repeated, [column.name for column in table.columns(1)])
    return Header(names, columns, tuple(place for place, name in enumerate(names) if not name))


def _refused(unknown: list[str], repeated: list[str], known: list[str]) -> ProblemError:
    violations = []
    for name in unknown[:MOST_VIOLATIONS]:
        near = nearest(name, known)
        hint = f"; did you mean {near[0]}?" if near else "."
        violations.append(
            Violation(COLUMNS_UNKNOWN, f"/{name}", f"{name} is no column here{hint}", name, near)
        )
    violations += [
        Violation(COLUMNS_UNKNOWN, f"/{name}", f"The column {name} is there more than once.", name)
        for name in repeated
    ]
    detail = f"{' '.join(violation.message for violation in violations[:5])} Nothing was saved."
    return ProblemError(COLUMNS_UNKNOWN, detail, violations=violations)


def _name(cell: Any) -> str:
    words = str(cell or "").strip().rstrip("*").strip().lower()
    return words.replace(" ", "_").replace("-", "_")[:100]


def without_empty_end(cells: Sequence[Any]) -> Sequence[Any]:
    """Return cells without the empty ones behind the last that says something."""
    length = len(cells)
    while length and is_empty(cells[length - 1]):
        length -= 1
    return cells[:length]


def _numbered(lines: Iterator[Sequence[Any]]) -> Iterator[SentRow]:
    number = 0
    for line in lines:
        if any(cell not in (None, "") for cell in line):
            number += 1
            yield SentRow(number, line)
