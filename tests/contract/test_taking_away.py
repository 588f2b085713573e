"""Whatever the API document calls deprecated names its two days, as the policy promises."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from tests.api.small_application import small_application
from tests.demo_server import ROOT

CURRENT: Any = json.loads((ROOT / "openapi" / "openapi.json").read_text())


def deprecated_parts(part: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield all that is marked, with the place where it stands: calls, parameters, fields."""
    if isinstance(part, dict):
        if part.get("deprecated") is True:
            yield place, part
        for name, inner in part.items():
            yield from deprecated_parts(inner, f"{place}/{name}")
    elif isinstance(part, list):
        for number, inner in enumerate(part):
            yield from deprecated_parts(inner, f"{place}/{number}")


def unlawful(document: Any) -> list[str]:
    """Return what is deprecated without its days, for too short, or until a month of reporting."""
    found = []
    for place, part in deprecated_parts(document):
        try:
            since = date.fromisoformat(part["x-deprecated-since"])
            sunset = date.fromisoformat(part["x-sunset"])
        except (KeyError, ValueError):
            found.append(f"{place}: it needs both days")
            continue
        if (sunset - since).days < 365:
            found.append(f"{place}: less than a year")
        if sunset.month <= 4:
            found.append(f"{place}: it goes while providers report")
    return found


def test_all_that_is_deprecated_has_its_days_and_a_year() -> None:
    assert unlawful(CURRENT) == []


def test_what_the_code_marks_is_lawful() -> None:
    document = small_application().openapi()
    assert len(list(deprecated_parts(document))) == 3
    assert unlawful(document) == []


@pytest.mark.parametrize(
    "marks",
    [
        {},
        {"x-deprecated-since": "2026-11-01"},
        {"x-deprecated-since": "2026-11-01", "x-sunset": "soon"},
        {"x-deprecated-since": "2026-11-01", "x-sunset": "2027-10-31"},
        {"x-deprecated-since": "2026-11-01", "x-sunset": "2028-04-30"},
    ],
)
def test_the_law_finds_what_breaks_it(marks: dict[str, str]) -> None:
    parameter = {"name": "a", "deprecated": True, **marks}
    document = {"paths": {"/v1": {"get": {"parameters": [parameter]}}}}
    (fault,) = unlawful(document)
    assert fault.startswith("/paths//v1/get/parameters/0: ")
