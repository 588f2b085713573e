"""Lines of JSON, read together: as strictly as each of them alone."""

from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import strict_json
from app.core.errors import ProblemError
from app.imports.readers import json_lines
from app.imports.readers.json_lines import JsonLinesReader
from app.imports.readers.json_together import read_together

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner),
    max_leaves=6,
)
BROKEN = [
    b'{"a": 1, "a": 1}',
    b'{"a": {"b": 1, "b": 2}}',
    b'{"a": 1,"b": 2},{"c": 3}',
    b'{"a": 1',
    b'"b": 2}',
    b'{"a": NaN}',
    b'{"a": 1e999}',
    b'{"a": "\\ud800"}',
    b'{"a": "\\u0000"}',
    b'{"a": "\xff"}',
    b'{"a": "\\"", "a": 1}',
    b'{"a": "\\"b\\""}',
    b'{"\\u0061": 1, "a": 2}',
    b"nothing",
]


@given(st.lists(st.sampled_from(BROKEN) | VALUES.map(orjson.dumps), max_size=6))
def test_rows_read_together_say_what_each_says_alone(rows: list[bytes]) -> None:
    for row, read in zip(rows, read_together(rows), strict=True):
        try:
            expected = strict_json.parse(row)
        except ProblemError:
            expected = None
        # A number beyond every limit is refused later, by the field that it stands in.
        assert read == expected or row == b'{"a": 1e999}'


@pytest.mark.parametrize("block", [3, 8, 1000])
def test_lines_are_found_wherever_the_blocks_end(
    block: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_lines, "_BLOCK", block)
    monkeypatch.setattr(json_lines, "MOST_BYTES_OF_A_ROW", 12)
    path = tmp_path / "file"
    path.write_bytes(
        b'\xef\xbb\xbf{"a": 1}\n\n  \r\n{"a": 2}\r\n' + b"x" * 30 + b"\n1234567890\n[]"
    )
    reader = JsonLinesReader(path)
    rows = list(reader.rows())
    assert [row.sent for row in rows] == [b'{"a": 1}', b'{"a": 2}', None, b"1234567890", b"[]"]
    assert [row.number for row in rows] == [1, 2, 3, 4, 5]
    assert reader.count() == 5
