"""What a field takes, on both sides of each limit."""

from datetime import date
from typing import Annotated, Any

import pytest
from pydantic import create_model

from app.core.fields import Count, Credits, HttpUrl, Identifier, IsoDate, Money, Text, Written
from app.core.validation import check

FIELDS: dict[str, Any] = {
    "date": IsoDate,
    "credits": Credits,
    "money": Money,
    "count": Count,
    "text": Annotated[str, Text(5)],
    "prose": Annotated[str, Text(50, multiline=True)],
    "identifier": Annotated[str, Identifier(20)],
    "url": HttpUrl,
}


def read(field: str, value: object) -> object:
    model: type[Written] = create_model("Record", __base__=Written, value=(FIELDS[field], ...))
    checked = check(model, {"value": value})
    if checked.violations:
        (violation,) = checked.violations
        assert violation.pointer == "/value"
        return violation.kind.code
    assert checked.model is not None
    return dict(checked.model)["value"]


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("date", "2026-07-01", date(2026, 7, 1)),
        ("date", "2024-02-29", date(2024, 2, 29)),
        ("date", "1900-01-01", date(1900, 1, 1)),
        ("date", "2199-12-31", date(2199, 12, 31)),
        ("credits", 52, 52),
        ("credits", 0.25, 0.25),
        ("credits", 9999.75, 9999.75),
        ("money", 0.01, 0.01),
        ("money", 19.99, 19.99),
        ("money", 999_999_999.99, 999_999_999.99),
        ("count", 0, 0),
        ("count", 2_147_483_647, 2_147_483_647),
        ("text", "ab de", "ab de"),
        ("text", "Ärzte", "Ärzte"),
        ("prose", "one\r\n\ttwo", "one\r\n\ttwo"),
        ("identifier", "GR-IM-2026 / a", "GR-IM-2026 / a"),
        ("identifier", "K\u00f6ln", "K\u00f6ln"),
        ("url", "https://cme.example.org/gr?x=1#y", "https://cme.example.org/gr?x=1#y"),
        ("url", "HTTP://localhost:8000", "HTTP://localhost:8000"),
        ("url", "http://[::1]/", "http://[::1]/"),
        ("url", "https://m\u00fcnchen.example/", "https://m\u00fcnchen.example/"),
    ],
)
def test_a_field_takes_what_it_is_for(field: str, value: object, expected: object) -> None:
    assert read(field, value) == expected


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("date", 20260701, "field.type"),
        ("date", None, "field.type"),
        ("date", "2026-02-30", "date.invalid"),
        ("date", "2025-02-29", "date.invalid"),
        ("date", "0000-01-01", "date.invalid"),
        ("date", "20260701", "date.invalid"),
        ("date", "2026-W27-3", "date.invalid"),
        ("date", "07/01/2026", "date.invalid"),
        ("date", "2026-7-1", "date.invalid"),
        ("date", " 2026-07-01", "date.invalid"),
        ("date", "\u0662\u0660\u0662\u0666-\u0660\u0667-\u0660\u0661", "date.invalid"),
        ("date", "", "date.invalid"),
        ("date", "2026-07-01T00:00:00", "date.time_not_allowed"),
        ("date", "2026-07-01T00:00:00Z", "date.time_not_allowed"),
        ("date", "2026-07-01 00:00", "date.time_not_allowed"),
        ("date", "1899-12-31", "date.out_of_range"),
        ("date", "2200-01-01", "date.out_of_range"),
        ("credits", "1", "field.type"),
        ("credits", True, "field.type"),
        ("credits", 0, "number.too_small"),
        ("credits", -0.25, "number.too_small"),
        ("credits", 0.3, "number.step"),
        ("credits", 10_000, "number.too_large"),
        ("credits", 10**300, "number.too_large"),
        ("money", 0, "number.too_small"),
        ("money", 0.001, "number.decimals"),
        ("money", 1_000_000_000, "number.too_large"),
        ("money", "5000", "field.type"),
        ("count", -1, "number.too_small"),
        ("count", 2_147_483_648, "number.too_large"),
        ("count", 3.0, "field.type"),
        ("count", True, "field.type"),
        ("text", 1, "field.type"),
        ("text", "", "text.empty"),
        ("text", " \t", "text.empty"),
        ("text", "abcdef", "text.too_long"),
        ("text", "a\x00b", "text.invalid_character"),
        ("text", "a\nb", "text.invalid_character"),
        ("text", "a\ud800", "text.invalid_character"),
        ("prose", "a\x07", "text.invalid_character"),
        ("identifier", " a", "text.surrounding_blanks"),
        ("identifier", "a\u00a0", "text.surrounding_blanks"),
        ("identifier", "a\u200bb", "text.invalid_character"),
        ("identifier", "a\u202eb", "text.invalid_character"),
        ("identifier", "a\r\nb", "text.invalid_character"),
        ("identifier", "Ko\u0308ln", "text.not_normalized"),
        ("url", "ftp://example.org", "url.invalid"),
        ("url", "javascript:alert(1)", "url.invalid"),
        ("url", "https://", "url.invalid"),
        ("url", "https:///path", "url.invalid"),
        ("url", "https://user:secret@example.org", "url.invalid"),
        ("url", "https://exa mple.org", "url.invalid"),
        ("url", "https://example.org/a b", "url.invalid"),
        ("url", "cme.example.org", "url.invalid"),
        ("url", "https://example.org/" + "a" * 2000, "text.too_long"),
    ],
)
def test_a_field_refuses_what_it_is_not_for(field: str, value: object, code: str) -> None:
    assert read(field, value) == code


def test_whole_credits_are_kept_as_a_whole_number() -> None:
    assert repr(read("credits", 52.0)) == "52"


def test_a_step_names_the_amounts_around_it() -> None:
    model: type[Written] = create_model("Record", __base__=Written, value=(Credits, ...))
    (violation,) = check(model, {"value": 1.3}).violations
    assert "1.25 and 1.5" in violation.message


@pytest.mark.parametrize("field", FIELDS)
def test_the_schema_of_a_field_is_one_plain_type(field: str) -> None:
    model: type[Written] = create_model("Record", __base__=Written, value=(FIELDS[field], ...))
    schema = model.model_json_schema()["properties"]["value"]
    assert schema["type"] in ("string", "number", "integer")
    assert "anyOf" not in schema
