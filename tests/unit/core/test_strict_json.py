"""What is not JSON to every reader is not JSON here."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import ProblemError
from app.core.strict_json import MOST_LEVELS, parse

# What took every member for itself took a quarter of a minute.
PATIENCE = 3


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        (b"", "json.empty", "empty"),
        (b" \n", "json.empty", "empty"),
        (b'{"a": 1,\n "b" 2}', "json.invalid", "line 2, column 6"),
        (b'{"a": 1} {}', "json.invalid", "line 1, column 10"),
        (b"{'a': 1}", "json.invalid", "line 1, column 2"),
        (b"01", "json.invalid", "line 1, column 2"),
        (b'"a\x01b"', "json.invalid", "control character"),
        (b'"\\x"', "json.invalid", "line 1, column 2"),
        (b'{"a": "b', "json.invalid", "Unterminated string at line 1, column 7"),
        (b'"a\tb"', "json.invalid", "character at line 1, column 3"),
        (b'{"a": NaN}', "json.number_out_of_range", "NaN at line 1, column 7"),
        (b'["NaN", -Infinity]', "json.number_out_of_range", "-Infinity at line 1, column 9"),
        (b"[\n1e400]", "json.number_out_of_range", "1e400 at line 2, column 1"),
        (b"-1e400", "json.number_out_of_range", "line 1, column 1"),
        (b"[" + b"9" * 5000 + b"]", "json.number_out_of_range", "5,000 digits"),
        (b"[" * 100_000, "json.too_deep", "64 deep"),
        (b'{"a":' * 100_000, "json.too_deep", "64 deep"),
        (b'{"a": "\xff"}', "json.encoding", "line 1, column 8"),
        (b'"\xed\xa0\x80"', "json.encoding", "line 1, column 2"),
        ('{"é": "ü",\n"a": "'.encode() + b'\xff"}', "json.encoding", "line 2, column 7"),
        (b"\xef\xbb\xbf{}", "json.encoding", "byte order mark"),
        ('{"a": 1}'.encode("utf-16"), "json.encoding", "byte order mark"),
        ('{"a": 1}'.encode("utf-16-le"), "json.encoding", "UTF-16"),
        ('{"a": 1}'.encode("utf-32-be"), "json.encoding", "UTF-16 or UTF-32"),
    ],
)
def test_a_body_that_is_not_json_is_refused_and_the_place_is_said(
    body: bytes, code: str, said: str
) -> None:
    with pytest.raises(ProblemError) as refused:
        parse(body)
    assert refused.value.kind.code == code
    assert refused.value.kind.status == 400
    assert said in refused.value.detail


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b'{"a": 1, "a": 1}', "/a"),
        (b'{"moc": {"boards": [{"b": 1}, {"x/y": 1, "x/y": 2}]}}', "/moc/boards/1/x~1y"),
        (b'{"a": 1, "\\u0061": 1}', "/a"),
        (b'{"a": {"b": 1, "b": 2}, "c" 3}', ""),
    ],
)
def test_a_member_that_stands_twice_is_pointed_at(body: bytes, pointer: str) -> None:
    with pytest.raises(ProblemError) as refused:
        parse(body)
    assert refused.value.kind.code == "json.duplicate_key"
    assert [violation.pointer for violation in refused.value.violations] == [pointer]


def test_the_last_of_very_many_members_that_stands_twice_is_found_at_once() -> None:
    members = ",".join(f'"n{number}": 1' for number in range(30_000))
    begun = process_time()
    with pytest.raises(ProblemError, match="n29999"):
        parse(f'{{{members},"n29999": 1}}'.encode())
    assert process_time() - begun < PATIENCE


def test_text_that_no_database_can_store_is_pointed_at_everywhere() -> None:
    with pytest.raises(ProblemError) as refused:
        parse(rb'{"a": ["\u0000"], "b": {"c": "x\ud800"}, "d\udfff": 1, "ok": "\ud83d\ude00"}')
    assert refused.value.kind.code == "text.invalid_character"
    assert refused.value.kind.status == 422
    assert [violation.pointer for violation in refused.value.violations] == ["/a/0", "/b/c", ""]


def test_an_escaped_backslash_before_u0000_is_only_text() -> None:
    assert parse(rb'"\\u0000"') == r"\u0000"


def test_the_deepest_allowed_nesting_is_read_and_one_more_is_refused() -> None:
    assert parse(b"[" * MOST_LEVELS + b"]" * MOST_LEVELS)
    with pytest.raises(ProblemError) as refused:
        parse(b"[" * (MOST_LEVELS + 1) + b"]" * (MOST_LEVELS + 1))
    assert refused.value.kind.code == "json.too_deep"


def test_a_wide_document_is_not_a_deep_one() -> None:
    assert len(parse(b"[" + b",".join([b"[{}]"] * 1000) + b"]")) == 1000


def test_numbers_keep_their_kind() -> None:
    numbers = parse(b"[52, 52.0, 1.5, 1E2, -0.25]")
    assert [type(number) for number in numbers] == [int, float, float, float, float]


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused_and_never_break_the_reader(body: bytes) -> None:
    try:
        parse(body)
    except ProblemError as refused:
        assert refused.kind.status in (400, 422)  # noqa: PT017
