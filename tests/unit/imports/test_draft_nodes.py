"""Elements of XML as a tree: those of one name are a list, however many they are."""

from time import process_time

import pytest
from lxml import etree

from app.imports.draft.nodes import node_from_element

# What copied the list for each entry took more than ten seconds.
PATIENCE = 3


@pytest.mark.parametrize(
    ("xml", "node"),
    [
        ("<a> b </a>", "b"),
        ("<a/>", None),
        ("<a><b>1</b></a>", {"b": "1"}),
        ("<a><b>1</b><c/><b>2</b><b>3</b></a>", {"b": ["1", "2", "3"], "c": None}),
        ("<a><b/><b>2</b></a>", {"b": ["2"]}),
        ('<a b="1"><b>2</b></a>', {"b": ["1", "2"]}),
        ('<a b="1">2</a>', {"b": "1", "value": "2"}),
    ],
)
def test_elements_become_members_and_those_of_one_name_a_list(xml: str, node: object) -> None:
    assert node_from_element(etree.fromstring(xml)) == node


def test_very_many_elements_of_one_name_are_read_at_once() -> None:
    element = etree.fromstring(f"<a>{'<b>1</b>' * 70_000}</a>")
    begun = process_time()
    assert len(node_from_element(element)["b"]) == 70_000
    assert process_time() - begun < PATIENCE
