"""Public facts: lists, formats, requirements and boards, for anonymous and kept for an hour."""

from typing import Any, get_args

import httpx
import pytest

from app.activities import schemas
from app.activities.lifecycle import Status
from app.core.errors import CATALOGUE

Document = dict[str, Any]


async def read(anonymous: httpx.AsyncClient, path: str) -> Document:
    reply = await anonymous.get(path)
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


async def entries(anonymous: httpx.AsyncClient, path: str) -> dict[str, Document]:
    return {entry["code"]: entry for entry in (await read(anonymous, path))["data"]}


async def test_the_index_leads_to_every_list_and_each_answers(anonymous: httpx.AsyncClient) -> None:
    index = await read(anonymous, "/v1/reference")
    names = {link["name"] for link in index["data"]}
    assert {"formats", "requirements", "moc-boards", "countries", "outcome-measures"} <= names
    for link in index["data"]:
        assert (await read(anonymous, link["href"]))["data"], link


@pytest.mark.parametrize(
    "path",
    [
        "/v1/reference",
        "/v1/reference/formats",
        "/v1/reference/requirements",
        "/v1/reference/countries",
        "/v1/moc-boards",
        "/v1/moc-boards/ABIM",
    ],
)
async def test_a_client_that_has_a_document_is_not_sent_it_again(
    anonymous: httpx.AsyncClient, path: str
) -> None:
    first = await anonymous.get(path)
    assert first.headers["cache-control"] == "public, max-age=3600"
    tag = first.headers["etag"]

    again = await anonymous.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == tag
    assert again.headers["cache-control"] == "public, max-age=3600"
    other = await anonymous.get(path, headers={"If-None-Match": '"1"'})
    assert (other.status_code, other.content) == (200, first.content)


async def test_the_formats_say_their_longest_period_and_how_learners_count(
    anonymous: httpx.AsyncClient,
) -> None:
    formats = await entries(anonymous, "/v1/reference/formats")
    assert set(formats) == set(get_args(schemas.FormatName))
    three_years = {code for code, row in formats.items() if row["max_years"] == 3}
    assert three_years == {"enduring_material"}
    series = formats["regularly_scheduled_series"]
    assert series["delivery_methods"] == ["in_person", "live_streamed"]
    assert series["max_period"] == "12 months"
    assert "1,040" in series["counting"]


async def test_the_requirements_are_served_as_data(anonymous: httpx.AsyncClient) -> None:
    rows = await entries(anonymous, "/v1/reference/requirements")
    assert {row["blocks"] for row in rows.values()} == {status.value for status in Status}
    assert rows["moc.url"]["pointer"] == "/moc/boards/{i}/url"
    for row in rows.values():
        assert row["text"]
        assert row["source"]


@pytest.mark.parametrize(
    ("name", "choice"),
    [
        ("delivery-methods", schemas.DeliveryMethod),
        ("fees", schemas.Fee),
        ("registrations", schemas.Registration),
        ("providerships", schemas.Providership),
        ("outcome-measures", schemas.Measure),
        ("outcome-measure-kinds", schemas.MeasureKind),
        ("in-kind-natures", schemas.InKindNature),
        ("statuses", schemas.StatusName),
    ],
)
async def test_a_list_has_exactly_the_values_that_the_field_takes(
    anonymous: httpx.AsyncClient,
    name: str,
    choice: Any,
) -> None:
    assert tuple(await entries(anonymous, f"/v1/reference/{name}")) == get_args(choice)


async def test_countries_have_three_letters_and_states_include_the_armed_forces(
    anonymous: httpx.AsyncClient,
) -> None:
    countries = await entries(anonymous, "/v1/reference/countries")
    assert countries["USA"]["name"] == "United States"
    assert all(len(code) == 3 for code in countries)
    states = await entries(anonymous, "/v1/reference/us-states")
    assert states["CA"]["name"] == "California"
    assert {"DC", "PR", "GU", "AA", "AE", "AP"} <= set(states)
    assert len(states) == 50 + 1 + 6 + 3


async def test_older_codes_lead_to_their_formats(anonymous: httpx.AsyncClient) -> None:
    legacy = await entries(anonymous, "/v1/reference/legacy-formats")
    assert legacy["RSS"]["description"] == "regularly_scheduled_series"
    assert legacy["IEM"]["description"] == legacy["EM"]["description"] == "enduring_material"


async def test_every_code_of_an_error_is_listed_with_what_would_be_right(
    anonymous: httpx.AsyncClient,
) -> None:
    listed = await entries(anonymous, "/v1/reference/error-codes")
    assert set(listed) == set(CATALOGUE)
    assert listed["activity.not_ready"]["name"].startswith("409 ")
    assert all(entry["description"] for entry in listed.values())


async def test_an_unknown_list_names_the_one_that_was_meant(anonymous: httpx.AsyncClient) -> None:
    reply = await anonymous.get("/v1/reference/outcome-measure")
    assert reply.status_code == 404
    assert reply.json()["code"] == "reference.unknown"
    assert reply.json()["did_you_mean"][0] == "outcome-measures"


async def test_the_boards_say_since_when_they_take_registrations(
    anonymous: httpx.AsyncClient,
) -> None:
    boards = await entries(anonymous, "/v1/moc-boards")
    assert list(boards) == sorted(boards)
    assert len(boards) == 10
    assert boards["ABIM"]["in_effect_from"] == "2015-09-30"
    assert boards["ABO"]["in_effect_to"] == "2022-12-31"
    assert boards["ABTS"]["in_effect_from"] is None


async def test_a_board_says_everything_that_a_registration_chooses_from(
    anonymous: httpx.AsyncClient,
) -> None:
    anesthesiology = await read(anonymous, "/v1/moc-boards/ABA")
    assert anesthesiology["name"] == "American Board of Anesthesiology"
    assert anesthesiology["credit_types"] == ["Lifelong Learning (CME)", "Patient Safety"]
    assert "Pain Medicine" in anesthesiology["practice_areas"]
    rule = anesthesiology["content_areas"]
    assert (rule["required"], rule["min"], rule["max"]) == (True, 1, 2)

    ophthalmology = await read(anonymous, "/v1/moc-boards/ABO")
    assert ophthalmology["content_areas"] is None
    assert ophthalmology["exclusive_credit_types"] == [
        ["Improvement in Medical Practice (Part IV)", "Patient Safety"]
    ]
    assert "not public" in ophthalmology["lists"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [("abim", "ABIM"), ("ABAA", "ABA"), ("American Board of Pediatric", "ABP")],
)
async def test_an_unknown_board_names_the_one_that_was_meant(
    anonymous: httpx.AsyncClient, written: str, meant: str
) -> None:
    reply = await anonymous.get(f"/v1/moc-boards/{written}")
    assert reply.status_code == 404
    assert reply.headers["content-type"] == "application/problem+json"
    problem = reply.json()
    assert problem["code"] == "moc_board.unknown"
    assert problem["did_you_mean"][0] == meant
