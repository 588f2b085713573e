"""What the files of the draft have in common, whether JSON or XML."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from app.imports.draft.activity import Boards, activity_understood
from app.imports.draft.learner import completion_understood
from app.imports.draft.nodes import Node
from app.imports.readers.rows import (
    MOST_BYTES_OF_A_ROW,
    Kind,
    SentRow,
    Understood,
    row_too_large,
)

_UNDERSTOOD: Final[Mapping[Kind, Callable[[Node, Boards], Understood]]] = MappingProxyType(
    {"activities": activity_understood, "completions": completion_understood}
)


class DraftReader(ABC):
    """Reads the records of a draft, each of which is kept as the text it was sent as."""

    def __init__(self, path: Path, kind: Kind, boards: Boards) -> None:
        self._path = path
        self._boards = boards
        self._kind: Kind = kind
        self.layout: dict[str, Any] = {}

    @abstractmethod
    def rows(self) -> Iterator[SentRow]:
        """Give the text of every record; raise ProblemError when the file cannot be read."""

    @abstractmethod
    def node(self, sent: str) -> Node:
        """Return the tree of a record's text."""

    def count(self) -> int:
        """Return the number of records."""
        return sum(1 for _ in self.rows())

    def together(self, _rows: Sequence[str]) -> list[Any] | None:
        """Leave each record to be understood by itself: it may ask for more than to be saved."""
        return None

    def understand(self, sent: str) -> Understood:
        """Map the record to ours; raise ProblemError when it is too large."""
        if len(sent) > MOST_BYTES_OF_A_ROW:
            raise row_too_large()
        return _UNDERSTOOD[self._kind](self.node(sent), self._boards)

    def kept(self, sent: str) -> str:
        """Return the record's text."""
        return sent
