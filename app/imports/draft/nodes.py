"""The draft's JSON and its XML as one kind of tree, in which names are forgiven.

Names are compared without case and blanks: the draft itself writes some of them in two
ways. Leaves of XML are text where JSON has numbers and booleans, so leaves are read by
what they are meant to be.
"""

import re
from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from lxml import etree

Node: TypeAlias = Any

_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
BOOLEANS: Final = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def node_from_json(value: Any) -> Node:
    """Return the tree with every name in its plain form."""
    if isinstance(value, dict):
        return {_plain(name): node_from_json(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [node_from_json(inner) for inner in value]
    return value.strip() or None if isinstance(value, str) else value


def node_from_element(element: etree._Element) -> Node:
    """Return the tree of an element; a name that repeats makes a list."""
    members: dict[str, Any] = {
        _plain(etree.QName(name).localname): value for name, value in element.attrib.items()
    }
    for child in element:
        name, node = local_name(child), node_from_element(child)
        if name not in members:
            members[name] = node
        elif isinstance(members[name], list):
            members[name].append(node)
        else:
            members[name] = [*many(members[name]), node]
    text = (element.text or "").strip() or None
    if not members:
        return text
    return members if text is None else {**members, "value": text}


def local_name(element: etree._Element) -> str:
    """Return the plain name of an element, without its namespace."""
    return _plain(etree.QName(element).localname)


def at(node: Node, *names: str) -> Node:
    """Return what stands under these names, or None; of several the first is followed."""
    for name in names:
        first = many(node)[:1]
        node = first[0].get(name) if first and isinstance(first[0], Mapping) else None
    return node


def many(node: Node) -> list[Node]:
    """Return the entries of a list; one that stands alone is a list of one."""
    if node is None:
        return []
    return node if isinstance(node, list) else [node]


def entries(node: Node, name: str) -> list[Node]:
    """Return the entries of a list, also when they stand under a name of their own."""
    return [
        inner
        for entry in many(node)
        for inner in (
            many(entry[name]) if isinstance(entry, Mapping) and name in entry else [entry]
        )
    ]


def number(node: Node) -> Any:
    """Return a number that was written as text as a number, and all else as it is."""
    if isinstance(node, str) and _NUMBER.fullmatch(node):
        return float(node) if "." in node else int(node)
    return node


def text(node: Node) -> Any:
    """Return an identifier as text, also where a program wrote it as a number."""
    return str(node) if type(node) is int else node


def boolean(node: Node) -> Any:
    """Return yes or no as a boolean, and all else as it is."""
    return BOOLEANS.get(node.lower(), node) if isinstance(node, str) else node


def day(node: Node) -> Any:
    """Return the day of a date with a time: the draft writes midnights and ignores them."""
    return node.partition("T")[0] if isinstance(node, str) else node


def _plain(name: str) -> str:
    return name.strip().lower()
