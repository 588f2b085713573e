"""The public draft of the reporting body's own JSON: activities, and learner reports."""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from app.core import strict_json
from app.imports.draft.nodes import Node, node_from_json
from app.imports.readers.draft_records import DraftReader
from app.imports.readers.json_elements import elements
from app.imports.readers.rows import Kind, SentRow


def _list_named(name: str) -> re.Pattern[str]:
    return re.compile(rf'"\s*{name}\s*"\s*:\s*(\[|(?=\{{))', re.IGNORECASE)


# A list of one is often written as the one.
_OPENINGS: Final[Mapping[Kind, re.Pattern[str]]] = MappingProxyType(
    {
        "activities": _list_named("MedicalEducationMetrics"),
        "completions": _list_named("ActivityReport"),
    }
)


class DraftJsonReader(DraftReader):
    """Reads the draft JSON, with its known faults."""

    def rows(self) -> Iterator[SentRow]:
        """Give the text of every record."""
        for number, element in enumerate(elements(self._path, _OPENINGS[self._kind]), 1):
            yield SentRow(number, element)

    def node(self, sent: str) -> Node:
        """Return the tree of a record."""
        return node_from_json(strict_json.parse(sent.encode()))
