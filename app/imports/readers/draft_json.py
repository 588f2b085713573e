"""The public draft of the reporting body's own JSON: activities, and learner reports."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from app.core import strict_json
from app.imports.draft.activity import Boards, activity_understood
from app.imports.draft.learner import completion_understood
from app.imports.draft.nodes import node_from_json
from app.imports.readers.json_elements import elements
from app.imports.readers.rows import (
    MOST_BYTES_OF_A_ROW,
    Kind,
    SentRow,
    Understood,
    row_too_large,
)


def _list_named(name: str) -> re.Pattern[str]:
    return re.compile(rf'"\s*{name}\s*"\s*:\s*(\[|(?=\{{))', re.IGNORECASE)


# A list of one is often written as the one.
_OPENINGS: Final[Mapping[Kind, re.Pattern[str]]] = MappingProxyType(
    {
        "activities": _list_named("MedicalEducationMetrics"),
        "completions": _list_named("ActivityReport"),
    }
)
UNDERSTOOD: Final[Mapping[Kind, Callable[[Any, Boards], Understood]]] = MappingProxyType(
    {"activities": activity_understood, "completions": completion_understood}
)


class DraftJsonReader:
    """Reads the draft JSON, with its known faults."""

    def __init__(self, path: Path, kind: Kind, boards: Boards) -> None:
        self._path = path
        self._boards = boards
        self._kind: Kind = kind
        self.layout: dict[str, Any] = {}

    def count(self) -> int:
        """Return the number of records in the list."""
        return sum(1 for _ in self.rows())

    def rows(self) -> Iterator[SentRow]:
        """Give the text of every record."""
        for number, element in enumerate(elements(self._path, _OPENINGS[self._kind]), 1):
            yield SentRow(number, element)

    def together(self, rows: Sequence[str]) -> None:
        """Leave each record to be understood by itself: it may ask for more than to be saved."""

    def understand(self, sent: str) -> Understood:
        """Map the record to ours."""
        if len(sent) > MOST_BYTES_OF_A_ROW:
            raise row_too_large()
        node = node_from_json(strict_json.parse(sent.encode()))
        return UNDERSTOOD[self._kind](node, self._boards)

    def kept(self, sent: str) -> str:
        """Return the record's text."""
        return sent
