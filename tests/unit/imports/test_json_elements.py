import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.errors import ProblemError
from app.imports.readers.json_elements import elements

OPENING = re.compile(r"\A\s*\[")
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("elements") / "file.json"


@settings(deadline=None)
@given(st.lists(VALUES, max_size=6), st.sampled_from([None, 1]))
def test_each_element_comes_once_and_in_order(
    path: Path, sent: list[object], indent: int | None
) -> None:
    path.write_text(json.dumps(sent, indent=indent, ensure_ascii=False), encoding="utf-8")
    assert [json.loads(text) for text in elements(path, OPENING)] == sent


def test_elements_that_reach_over_pieces_of_the_file_are_whole(path: Path) -> None:
    sent = [{"n": number, "text": "é" * 70_000} for number in range(20)]
    path.write_text(json.dumps(sent, ensure_ascii=False), encoding="utf-8")
    assert [json.loads(text) for text in elements(path, OPENING)] == sent


@pytest.mark.parametrize("text", ["", "[1, 2", '[{"a": }]', "{}", "[1] x"[:2], '["\\ud800'])
def test_what_is_no_list_is_refused(path: Path, text: str) -> None:
    path.write_text(text)
    with pytest.raises(ProblemError) as refused:
        list(elements(path, OPENING))
    assert refused.value.kind.code == "import.file_unreadable"
