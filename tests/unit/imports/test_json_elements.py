import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.errors import ProblemError
from app.imports.readers.json_elements import elements

OPENING = re.compile(r"\A\s*\[")
NAMED = re.compile(r'"R"\s*:\s*(\[|(?=\{))', re.IGNORECASE)
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
    assert refused(path, text, OPENING)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[1]\n[2]", "Extra data, in line 2"),
        ("[1] trailing", "Extra data, in line 1"),
        ("[1]]", "Extra data, in line 1"),
        ("[1,\n2\n3]", "Behind record 2 stands 3 in place of a comma or ], in line 3"),
        ("[1,\n,2]", "Record 2 is not JSON: Expecting value, in line 2"),
        ("[1,]", "Record 2 is not JSON: Expecting value, in line 1"),
        ('["a', "Record 1 is not JSON: Unterminated string, in line 1"),
        ("[,1]", "Record 1 is not JSON: Expecting value, in line 1"),
        ("[1,2}", "Behind record 2 stands } in place of a comma or ], in line 1"),
    ],
)
def test_what_is_no_json_between_records_and_behind_them_is_refused_with_its_place(
    path: Path, text: str, told: str
) -> None:
    assert told in refused(path, text, OPENING)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"R": [],\n"R": [1]}', "A second list of records begins, in line 2"),
        ('[{"R": [1]},\n{"r": {"a": 1}}]', "A second list of records begins, in line 2"),
        ('{"R": {"a": 1} {"a": 2}}', "Expecting ',' delimiter, in line 1"),
        ('{"R": [1]\n]', "Expecting ',' delimiter, in line 2"),
        ('{"x": 1\n"R": [1]}', "Expecting ',' delimiter, in line 2, column 1"),
        ('{"R": [1]} {}', "Extra data, in line 1"),
        ('{"x": 1, "R": [1], "x": 2}', 'The member "x" stands twice'),
        ('{"R": [1], "x": "' + "y" * 70_000 + '"}', "More than 65,536 characters follow"),
        ('{"a":' * 9_000 + '{"R": [1]}', "nested too deeply"),
    ],
)
def test_what_stands_around_a_named_list_is_json_without_another_such_list(
    path: Path, text: str, told: str
) -> None:
    assert told in refused(path, text, NAMED)


@pytest.mark.parametrize("text", ['{"x": [], "R": [{"a": 1}], "y": 2}\n', '[{"R": {"a": 1}}]'])
def test_a_named_list_may_stand_among_other_members(path: Path, text: str) -> None:
    path.write_text(text)
    assert list(elements(path, NAMED)) == ['{"a": 1}']


def refused(path: Path, text: str, opening: re.Pattern[str]) -> str:
    path.write_text(text)
    with pytest.raises(ProblemError) as problem:
        list(elements(path, opening))
    assert problem.value.kind.code == "import.file_unreadable"
    return problem.value.detail or ""
