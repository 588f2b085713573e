"""What CSV files and sheets have in common: a header somewhere on top, then rows of cells."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.core.errors import ProblemError, Violation
from app.core.nearest import nearest
from app.imports.cells import record_of
from app.imports.columns import TABLES, Column
from app.imports.problems import COLUMNS_UNKNOWN, FILE_UNREADABLE
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
_SEVERAL_COLUMNS: Final = 200


@dataclass(frozen=True, slots=True)
class Header:
    """Which column stands where. `names` are those of the file, as they were sent."""

    names: tuple[str, ...]
    columns: tuple[Column | None, ...]

    def record(self, cells: Sequence[Any]) -> dict[str, Any]:
        """Return the record that a row of cells says."""
        pairs = zip(self.columns, cells, strict=False)
        return record_of((column, cell) for column, cell in pairs if column is not None)


def rows_under(lines: Iterator[Sequence[Any]], kind: Kind) -> tuple[Header, Iterator[SentRow]]:
    """Find the header, and return it with the rows below it.

    Raises ProblemError when there is none, or when it names columns that nobody knows.
    """
    for _, line in zip(range(_ROWS_ABOVE), lines, strict=False):
        names = tuple(_name(cell) for cell in line[:_SEVERAL_COLUMNS])
        known = [name for name in names if TABLES[kind].named(name)]
        if len(set(known)) >= _LEAST_KNOWN:
            return _header(names, kind), _numbered(lines)
    detail = f"None of the first {_ROWS_ABOVE} rows is a header of {kind}."
    raise file_problem(FILE_UNREADABLE, detail)


def understood(header: Header, cells: Sequence[Any]) -> Understood:
    """Return what a row of cells asks for."""
    return Understood(header.record(cells))


def _header(names: tuple[str, ...], kind: Kind) -> Header:
    table = TABLES[kind]
    columns = tuple(table.named(name) for name in names)
    unknown = [
        name
        for name, column in zip(names, columns, strict=True)
        if name and column is None and name not in _PASSED_OVER
    ]
    repeated = sorted({name for name in names if name and names.count(name) > 1})
    if unknown or repeated:
        raise _refused(unknown, repeated, [column.name for column in table.columns(1)])
    return Header(names, columns)


def _refused(unknown: list[str], repeated: list[str], known: list[str]) -> ProblemError:
    violations = []
    for name in unknown:
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


def _numbered(lines: Iterator[Sequence[Any]]) -> Iterator[SentRow]:
    number = 0
    for line in lines:
        if any(cell not in (None, "") for cell in line):
            number += 1
            yield SentRow(number, line)
