"""Cells with several values: whatever the values are, they come back as they were."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.imports.list_cells import read, written

VALUES = st.text(alphabet='ab ;"', min_size=1, max_size=6).filter(str.strip)


@given(st.lists(VALUES, max_size=5))
def test_values_are_the_same_after_they_were_a_cell(values: list[str]) -> None:
    assert read(written(values)) == values


@pytest.mark.parametrize(
    ("cell", "values"),
    [
        ("A; B;", ["A", "B"]),
        (" ;; A", ["A"]),
        ('"Smith; Jones Clinic"; Valley Clinic', ["Smith; Jones Clinic", "Valley Clinic"]),
        ('Valley Clinic;"Smith; Jones Clinic" ', ["Valley Clinic", "Smith; Jones Clinic"]),
        ('"The ""Good""; Clinic"', ['The "Good"; Clinic']),
        ('The "Good" Clinic; B', ['The "Good" Clinic', "B"]),
        ('"Good" Clinic; B', ['"Good" Clinic', "B"]),
    ],
)
def test_marks_around_a_whole_value_keep_it_together(cell: str, values: list[str]) -> None:
    assert read(cell) == values


def test_values_without_semicolons_are_written_as_they_are() -> None:
    assert written(["Valley Clinic", 'The "Good" Clinic']) == 'Valley Clinic; The "Good" Clinic'
