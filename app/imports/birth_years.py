"""The year of a birthday, taken out of a rejected row before the row is kept.

A row that was rejected is kept as it was sent, so that somebody can correct it and send it
again. Of a birthday only what may be its month and its day is kept, in whatever form and under
whatever name of birth it was sent: the year is never stored.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from lxml import etree

from app.core import strict_json
from app.core.errors import ProblemError
from app.imports.draft.nodes import local_name
from app.imports.readers.rows import FormatName
from app.imports.readers.table import without_empty_end

_BIRTH: Final = "birth"
_DAY: Final = re.compile(r"(?<!\d)\d{4}-(\d{2}-\d{2})(?:[T ][\d:.,+Z-]*)?(?!\d)")
_NUMBER: Final = re.compile(r"\d+")
_LETTER: Final = re.compile(r"[^\W\d_]")
_LAST_DAY: Final = 31
_DIGITS: Final = len("31")
_OF_A_DAY: Final = len(("month", "day"))
# What cannot be read as JSON is searched as text: from the name to the next comma or bracket.
_IN_TEXT: Final = re.compile(rf'({_BIRTH}\w*"?)((?:"[^"]*"?|[^,}}\]"])*)', re.IGNORECASE)


def without_birth_year(row: str, file_format: FormatName, columns: Sequence[str]) -> str:
    """Return a row of completions, as a reader keeps it, without the year of the birthday.

    `columns` are those of a table, in the order of its cells.
    """
    if file_format in _WRITTEN:
        return _WRITTEN[file_format](row)
    cells = json.loads(row)
    place = next((place for place, name in enumerate(columns) if _BIRTH in name), len(cells))
    # A separator within an earlier value pushes the birthday that far behind its column.
    pushed = len(without_empty_end(cells)) - len(columns)
    behind = slice(place + 1, place + 1 + max(0, pushed))
    cells[behind] = map(_without_year_of_a_day, cells[behind])
    cells[place : place + 1] = map(_of_any, cells[place : place + 1])
    return json.dumps(cells, ensure_ascii=False)


def _from_json(row: str) -> str:
    try:
        document = strict_json.parse(row.encode())
    except ProblemError:
        return _IN_TEXT.sub(lambda found: found[1] + _without_year(found[2]), row)
    before = json.dumps(document, ensure_ascii=False)
    after = json.dumps(_in_document(document), ensure_ascii=False)
    return row if before == after else after


def _in_document(node: Any) -> Any:
    if isinstance(node, dict):
        return {
            name: _of_any(value) if _BIRTH in name.lower() else _in_document(value)
            for name, value in node.items()
        }
    return [_in_document(entry) for entry in node] if isinstance(node, list) else node


def _from_xml(row: str) -> str:
    root = etree.fromstring(row, etree.XMLParser(resolve_entities=False, no_network=True))
    for element in list(root.iter(etree.Element)):
        about_birth = _BIRTH in local_name(element)
        if about_birth:
            # Parts of a birthday, such as its year, stand in elements of their own.
            del element[:]
            element.text = _without_year(element.text or "")
        for name, value in element.items():
            if about_birth or _BIRTH in name.lower():
                element.set(name, _without_year(str(value)))
    return etree.tostring(root, encoding="unicode")


_WRITTEN: Final[Mapping[FormatName, Callable[[str], str]]] = MappingProxyType(
    {
        "ndjson": _from_json,
        "json": _from_json,
        "draft-json": _from_json,
        "draft-xml": _from_xml,
    }
)


def _of_any(value: Any) -> Any:
    """Return what may be kept of a birthday; numbers, lists and objects hide a year too well."""
    return _without_year(value) if isinstance(value, str) else None


def _without_year_of_a_day(cell: Any) -> Any:
    return _DAY.sub(r"\1", cell) if isinstance(cell, str) else cell


def _without_year(text: str) -> str:
    """Return a text in which no number can be a year: a month and a day are all that is left."""
    text = _NUMBER.sub(_day_or_nothing, _DAY.sub(r"\1", text))
    parts = len(_NUMBER.findall(text)) + (_LETTER.search(text) is not None)
    return text if parts <= _OF_A_DAY else _NUMBER.sub("", text)


def _day_or_nothing(number: re.Match[str]) -> str:
    digits = number[0]
    return digits if len(digits) <= _DIGITS and int(digits) <= _LAST_DAY else ""
