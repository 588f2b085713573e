"""What every reader gives: rows as they were sent, and what each of them says."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple, Protocol

from app.core.errors import ErrorCode, ProblemError
from app.imports.problems import ROW_TOO_LARGE

Kind = Literal["activities", "completions"]
FormatName = Literal["ndjson", "json", "csv", "xlsx", "draft-json", "draft-xml"]
EXTENSIONS: Final = {"draft-json": "json", "draft-xml": "xml"}
"""How the name of a file ends whose format is not the ending."""
Action = Literal["save", "delete"]

MOST_ROWS: Final = 1_000_000
MOST_BYTES_OF_A_ROW: Final = 2_000_000
# What a result file adds to a row; sent again, it is passed over.
REASONS: Final = "import_problems"


class SentRow(NamedTuple):
    """A row as it stands in the file. The first one is number 1."""

    number: int
    sent: Any


@dataclass(slots=True)
class Understood:
    """What a row asks for: a record, in the shape of the API, and what to do with it.

    `not_kept` names what the row says beyond what this system keeps.
    """

    document: Any
    action: Action = "save"
    close: bool = False
    not_kept: tuple[str, ...] = ()


class Reader(Protocol):
    """Reads one file. It may be asked for its rows more than once.

    `layout` is what the rows do not say themselves, such as the header of a table.
    """

    layout: dict[str, Any]

    def count(self) -> int:
        """Return how many rows the file has; raise ProblemError when it cannot be read."""

    def rows(self) -> Iterator[SentRow]:
        """Give the rows in the order of the file, as they were sent."""

    def together(self, rows: Sequence[Any]) -> list[Any] | None:
        """Return the records that rows ask to save; None in the place of one that is refused.

        None alone says that rows of this format are understood one by one.
        """

    def understand(self, sent: Any) -> Understood:
        """Return what a row asks for; raise ProblemError when that cannot be told."""

    def kept(self, sent: Any) -> str:
        """Return the row as text that is kept until somebody asks for it."""


def file_problem(kind: ErrorCode, detail: str) -> ProblemError:
    """Return the refusal of a whole file."""
    return ProblemError(kind, f"{detail} Nothing was saved.")


def row_too_large() -> ProblemError:
    """Return the refusal of a row beyond the limit."""
    return ProblemError(ROW_TOO_LARGE, f"The row has more than {MOST_BYTES_OF_A_ROW:,} bytes.")
