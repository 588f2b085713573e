"""The XML of the same shape as the draft JSON, read element by element.

Nothing of XML beyond elements, attributes and text is needed here. A document type is
refused, because with it come entities that swell or that read other files; libxml2 is
told to follow none of them and to keep off the network as well.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import IO, Final

from lxml import etree

from app.imports.draft.nodes import Node, local_name, node_from_element
from app.imports.problems import FILE_REFUSED, FILE_UNREADABLE
from app.imports.readers.draft_records import DraftReader
from app.imports.readers.rows import Kind, SentRow, file_problem

_RECORDS: Final[Mapping[Kind, str]] = MappingProxyType(
    {"activities": "medicaleducationmetrics", "completions": "activityreport"}
)


class DraftXmlReader(DraftReader):
    """Reads the records of a draft XML file."""

    def rows(self) -> Iterator[SentRow]:
        """Give the text of every record's element."""
        number = 0
        try:
            for element in self._records():
                number += 1
                yield SentRow(number, etree.tostring(element, encoding="unicode", with_tail=False))
        except etree.XMLSyntaxError as error:
            detail = f"The XML is broken after record {number}: {error.msg}."
            raise file_problem(FILE_UNREADABLE, detail) from None
        if not number:
            detail = f"There is no element {_RECORDS[self._kind]} in the file."
            raise file_problem(FILE_UNREADABLE, detail)

    def node(self, sent: str) -> Node:
        """Return the tree of a record's element."""
        return node_from_element(etree.fromstring(sent, _parser()))

    def _records(self) -> Iterator[etree._Element]:
        with self._path.open("rb") as file:
            yield from _elements(file, _RECORDS[self._kind])


def _elements(file: IO[bytes], wanted: str) -> Iterator[etree._Element]:
    """Give every element of this name, and let go of it afterwards."""
    walk = etree.iterparse(
        file,
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    depth, inside = 0, 0
    for event, element in walk:
        if event == "start":
            depth += 1
            if depth == 1 and element.getroottree().docinfo.doctype:
                detail = "The file declares a document type (DOCTYPE)."
                raise file_problem(FILE_REFUSED, detail)
            if not inside and local_name(element) == wanted:
                inside = depth
            continue
        if depth == inside:
            inside = 0
            yield element
        depth -= 1
        if not inside:
            _forget(element)


def _forget(element: etree._Element) -> None:
    """Let go of an element that was read, and of those before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
