from datetime import date, datetime
from typing import Any

import pytest

from app.activities.record_document import fits
from app.imports.cells import record_of
from app.imports.columns import TABLES, values_of
from app.imports.spreadsheets import as_sent, harmless
from tests.builders import complete_activity

TABLE = TABLES["activities"]


def read(name: str, cell: Any) -> Any:
    column = TABLE.named(name)
    assert column
    place: Any = record_of([(column, cell)])
    for step in column.pointer.split("/")[1:]:
        place = place[int(step)] if isinstance(place, list) else place.get(step)
    return place


@pytest.mark.parametrize(
    ("name", "cell", "value"),
    [
        ("internal_id", 12345.0, "12345"),
        ("internal_id", "00123", "00123"),
        ("start_date", date(2026, 5, 1), "2026-05-01"),
        ("start_date", datetime(2026, 5, 1), "2026-05-01"),  # noqa: DTZ001 - as a sheet has it
        ("start_date", datetime(2026, 5, 1, 10), "2026-05-01T10:00:00"),  # noqa: DTZ001
        ("credits", "12.5", 12.5),
        ("credits", 52.0, 52),
        ("credits", "twelve", "twelve"),
        ("physicians", "0", 0),
        ("cme_finder", "Yes", True),
        ("cme_finder", "no", False),
        ("cme_finder", "perhaps", "perhaps"),
        ("joint_providers", "A; B;", ["A", "B"]),
        ("title", "'=A1", "=A1"),
        ("title", "''=A1", "'=A1"),
        ("title", " A Course ", " A Course "),
        ("internal_id", " GR-1 ", "GR-1"),
    ],
)
def test_a_cell_is_read_as_its_column_means_it(name: str, cell: Any, value: Any) -> None:
    assert read(name, cell) == value


def test_empty_cells_and_left_out_numbers_leave_nothing_behind() -> None:
    third = TABLE.named("support_3_source")
    title = TABLE.named("title")
    assert third
    assert title
    assert record_of([(title, "  "), (third, "Acme")]) == {
        "commercial_support": {"sources": [{"source": "Acme"}]}
    }


def test_a_record_is_the_same_after_it_was_a_row_of_a_table() -> None:
    columns = TABLE.columns(1)
    record = complete_activity()
    again = record_of(zip(columns, values_of(columns, record), strict=True))
    for name in ("title", "credits", "delivery_methods", "learners", "outcome_measures"):
        assert again[name] == record[name]
    assert again["commercial_support"]["received"] is True


def test_every_column_is_a_field_of_the_record() -> None:
    for column in TABLE.columns(2):
        assert column.pointer == "/activity_id" or fits(column.pointer), column.name


@pytest.mark.parametrize("text", ["=1+1", "+SUM(A1)", "-A1", "@x", "\t=1", "\r=1", "'=1", "''@x"])
def test_a_formula_is_written_so_that_nothing_carries_it_out(text: str) -> None:
    assert not harmless(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert as_sent(harmless(text)) == text


@pytest.mark.parametrize("text", ["-5", "+12.50", "O'Hara", "'quoted'", ""])
def test_other_text_is_left_as_it_is(text: str) -> None:
    assert as_sent(harmless(text)) == text
    assert harmless(text) == text
