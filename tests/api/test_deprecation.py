"""What will be taken away says so: in the API document, and in every answer that used it."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import httpx
import pytest

from app.core.deprecation import Deprecated
from tests.api.small_application import small_application
from tests.clients import client_of

OLD = "/v1/owners/0000001/things/old"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return small_application().openapi()


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(small_application()) as client:
        yield client


@pytest.mark.parametrize("path", [f"{OLD}/all", f"{OLD}/all?wrong=1"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_every_answer_of_a_deprecated_call_tells_both_days(
    client: httpx.AsyncClient, method: str, path: str
) -> None:
    headers = (await client.request(method, path)).headers
    # 2026-11-01 and the end of 2027-11-30, both in UTC.
    assert headers["deprecation"] == "@1793491200"
    assert headers["sunset"] == "Tue, 30 Nov 2027 23:59:59 GMT"
    assert headers["link"] == '</docs>; rel="deprecation"; type="text/html"'


async def test_a_deprecated_parameter_is_told_to_whoever_sends_it(
    client: httpx.AsyncClient,
) -> None:
    without = (await client.get(f"{OLD}/some?limit=2")).headers
    assert not {"deprecation", "sunset", "link"} & set(without)
    sent = (await client.get(f"{OLD}/some?word=")).headers
    assert sent["deprecation"] == "@1796083200"
    assert sent["sunset"] == "Mon, 01 May 2028 23:59:59 GMT"


async def test_the_day_that_comes_first_is_told(client: httpx.AsyncClient) -> None:
    both = (await client.get(f"{OLD}/all?word=a")).headers
    assert both["deprecation"] == "@1793491200"
    assert both["sunset"] == "Tue, 30 Nov 2027 23:59:59 GMT"


async def test_nothing_else_is_said_to_be_deprecated(client: httpx.AsyncClient) -> None:
    for path in ("/v1/owners/0000001/things", "/nothing"):
        assert "deprecation" not in (await client.get(path)).headers


def test_the_document_marks_a_call_with_both_days_and_what_to_use(document: dict[str, Any]) -> None:
    operation = document["paths"]["/v1/owners/{owner_id}/things/old/all"]["get"]
    assert operation["deprecated"] is True
    assert (operation["x-deprecated-since"], operation["x-sunset"]) == ("2026-11-01", "2027-11-30")
    assert operation["description"] == (
        "Deprecated since 2026-11-01; this call is gone after 2027-11-30. Use things_list."
    )


def test_the_document_marks_a_parameter_and_not_its_call(document: dict[str, Any]) -> None:
    operation = document["paths"]["/v1/owners/{owner_id}/things/old/some"]["get"]
    assert "deprecated" not in operation
    marked = {one["name"]: one.get("deprecated", False) for one in operation["parameters"]}
    assert marked == {"owner_id": False, "limit": False, "word": True}
    assert "x-deprecations" not in str(document)


@pytest.mark.parametrize(
    ("since", "sunset"),
    [
        (date(2026, 11, 1), date(2027, 10, 31)),
        (date(2026, 11, 1), date(2028, 1, 1)),
        (date(2026, 11, 1), date(2028, 4, 30)),
        (date(2028, 2, 29), date(2029, 2, 28)),
    ],
)
def test_nothing_goes_within_a_year_or_while_providers_report(since: date, sunset: date) -> None:
    with pytest.raises(ValueError, match=r"a year|report"):
        Deprecated(since, sunset, "Use another.")
