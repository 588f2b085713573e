"""The catalogue of codes: complete, and worded for people."""

import re

import pytest

from app.core.error_document import codes, markdown
from app.core.errors import CATALOGUE, ErrorCode, declare


def test_every_code_stands_in_the_document_once() -> None:
    document = markdown()
    for code in CATALOGUE:
        assert document.count(f"| `{code}` |") == 1


def test_codes_come_by_status_and_then_by_name() -> None:
    order = [(kind.status, kind.code) for kind in codes()]
    assert order == sorted(order)


@pytest.mark.parametrize("kind", codes(), ids=lambda kind: kind.code)
def test_each_code_is_well_formed_and_says_what_would_be_right(kind: ErrorCode) -> None:
    assert re.fullmatch(r"[a-z_]+(\.[a-z_]+)?", kind.code)
    assert 400 <= kind.status < 600
    assert kind.title
    assert kind.remedy


def test_a_code_is_declared_once() -> None:
    with pytest.raises(ValueError, match="declared twice"):
        declare("request.invalid", 422, "again", "again")
