"""Registrations with boards that join, leave, or keep lists that are not public."""

from typing import Any

import pytest

from tests.builders import complete_activity, moc_board
from tests.harness import ReportingProvider


@pytest.mark.parametrize(
    ("board", "start", "accepted"),
    [
        ("ABO", "2018-12-31", False),
        ("ABO", "2019-01-01", True),
        ("ABO", "2022-12-31", True),
        ("ABO", "2023-01-01", False),
        ("ABS", "2021-02-28", False),
        ("ABS", "2021-03-01", True),
        ("ABPMR", "2024-12-31", False),
        ("ABPMR", "2025-01-01", True),
        ("ABTS", "1999-01-01", True),
    ],
)
async def test_a_board_takes_activities_that_start_while_it_takes_part(
    provider: ReportingProvider, board: str, start: str, *, accepted: bool
) -> None:
    record = _registered({"board": board}, start_date=start, end_date=start)
    reply = await provider.client.post(provider.activities, json=record)
    if accepted:
        assert reply.status_code == 201, reply.text
    else:
        assert (reply.status_code, reply.json()["code"]) == (422, "moc.board_not_in_effect")
        (error,) = reply.json()["errors"]
        assert error["pointer"] == "/moc/boards/0/board"
        assert start in error["message"]


async def test_the_start_date_counts_and_not_the_end(provider: ReportingProvider) -> None:
    record = _registered({"board": "ABO"}, start_date="2022-12-31", end_date="2023-02-01")
    reply = await provider.client.post(provider.activities, json=record)
    assert reply.status_code == 201, reply.text
    assert reply.json()["moc"]["boards"][0]["board"] == "ABO"
    # To start when the board had left is another activity.
    later = await provider.client.patch(
        f"{provider.activities}/{reply.json()['activity_id']}",
        json={"start_date": "2023-01-01"},
        headers={"If-Match": "*"},
    )
    assert later.json()["code"] == "moc.board_not_in_effect"


@pytest.mark.parametrize("board", ["ABTS", "ABPMR"])
async def test_a_board_without_public_lists_takes_any_text(
    provider: ReportingProvider, board: str
) -> None:
    registration = moc_board(
        board=board,
        practice_areas=["An area of its own"],
        credit_types=["A type of its own"],
        content_areas=[],
    )
    record = _registered(registration, start_date="2026-05-01", end_date="2026-05-03")
    reply = await provider.client.post(f"{provider.activities}?close=true", json=record)
    assert (reply.status_code, reply.json().get("status")) == (201, "closed")


@pytest.mark.parametrize(
    ("areas", "missing", "refused"),
    [
        ([], ["moc.content_area"], None),
        (["Chronic pain"], [], None),
        (["Chronic pain", "Acute pain"], [], None),
        (["One", "Two", "Three"], None, "moc.content_areas_too_many"),
        (["One", "One"], None, "list.repeated"),
    ],
)
async def test_anesthesiology_asks_for_one_or_two_content_areas(
    provider: ReportingProvider,
    areas: list[str],
    missing: list[str] | None,
    refused: str | None,
) -> None:
    record = _registered(moc_board(content_areas=areas))
    reply = await provider.client.post(provider.activities, json=record)
    if refused is not None:
        assert (reply.status_code, reply.json()["code"]) == (422, refused)
    else:
        assert [item["code"] for item in reply.json()["missing"]] == missing


@pytest.mark.parametrize(
    ("member", "value", "code", "meant"),
    [
        ("board", "ABMI", "moc.board_unknown", "ABIM"),
        ("practice_areas", ["Pain Medcine"], "moc.practice_area_unknown", "Pain Medicine"),
        (
            "credit_types",
            ["Lifelong Learning"],
            "moc.credit_type_unknown",
            "Lifelong Learning (CME)",
        ),
    ],
)
async def test_what_a_board_does_not_have_names_what_is_nearest(
    provider: ReportingProvider, member: str, value: Any, code: str, meant: str
) -> None:
    record = _registered(moc_board(**{member: value}))
    reply = await provider.client.post(provider.activities, json=record)
    assert reply.status_code == 422
    errors = [error for error in reply.json()["errors"] if error["code"] == code]
    assert errors[0]["did_you_mean"][0] == meant


async def test_finder_no_and_moc_yes_needs_fee_registration_and_address_at_closed(
    provider: ReportingProvider,
) -> None:
    record = complete_activity(cme_finder=False, fee=None, registration=None, url=None)
    made = (await provider.client.post(provider.activities, json=record)).json()
    assert made["status"] == "ready_to_close"
    assert {(item["code"], item["pointer"]) for item in made["missing"]} == {
        ("moc.fee", "/moc/boards/0/fee"),
        ("moc.registration", "/moc/boards/0/registration"),
        ("moc.url", "/moc/boards/0/url"),
    }
    own = moc_board(fee="free", registration="open", url="https://cme.valley-hospital.org/moc")
    url = f"{provider.activities}/{made['activity_id']}"
    assert (await provider.client.put(f"{url}/moc/boards/ABA", json=own)).status_code == 200
    assert (await provider.client.post(f"{url}/close")).status_code == 200


def _registered(registration: dict[str, Any], **changes: Any) -> dict[str, Any]:
    record = complete_activity(commercial_support={"received": False, "sources": []}, **changes)
    return {**record, "moc": {**record["moc"], "boards": [registration]}}
