"""The MOC section: what holds for a board, and what of the section is the client's to say."""

from typing import Any

from app.moc.section import moc_section, position_of, served_now, take_out_served
from tests.builders import Document, complete_activity, moc_board

NOTHING = {"value": None, "origin": None}


def stored(**changes: object) -> Document:
    return {
        **complete_activity(**changes),
        "surroundings": {
            "snapshots": None,
            "attestation_text_version": "2026-01",
            "draws_warnings": False,
        },
    }


def resolved_first(record: Document) -> Any:
    return moc_section(record)["boards"][0]["resolved"]


def test_a_boards_own_value_comes_before_the_activitys() -> None:
    board = moc_board(fee="free", url="https://boards.valley-hospital.org")
    moc = {**complete_activity()["moc"], "boards": [board]}
    assert resolved_first(stored(moc=moc)) == {
        "fee": {"value": "free", "origin": "board"},
        "registration": {"value": "open", "origin": "activity"},
        "url": {"value": "https://boards.valley-hospital.org", "origin": "board"},
    }


def test_what_neither_has_has_no_origin() -> None:
    record = stored(fee=None, registration=None, url=None)
    assert resolved_first(record) == {"fee": NOTHING, "registration": NOTHING, "url": NOTHING}


def test_an_attestation_that_is_not_given_has_no_text() -> None:
    moc = {**complete_activity()["moc"], "attestation": None}
    assert moc_section(stored(moc=moc))["attestation"] is None
    assert moc_section(stored())["attestation"]["text_version"] == "2026-01"


def test_a_section_parts_into_what_the_client_says_and_what_is_served() -> None:
    record = stored()
    section = moc_section(record)
    said, served = take_out_served(section)
    assert said == record["moc"]
    assert set(served) == {"attestation/text_version", "boards/0/resolved"}
    assert served_now(section, record) == served


def test_what_is_served_follows_its_board_to_another_place() -> None:
    record = stored()
    section = moc_section(record)
    section["boards"].insert(0, moc_board(board="ABIM"))
    _, served = take_out_served(section)
    assert set(served) == {"attestation/text_version", "boards/1/resolved"}
    assert served_now(section, record) == served


def test_a_section_of_any_shape_is_left_to_the_schema() -> None:
    shapes: list[Document] = [
        {},
        {"boards": None},
        {"boards": [1, None, []]},
        {"attestation": "yes"},
    ]
    for shape in shapes:
        said, served = take_out_served(shape)
        assert (said, served) == (shape, {})
        assert set(served_now(shape, stored())) == {"attestation/text_version"}


def test_the_position_of_a_board_is_none_when_it_is_not_registered() -> None:
    assert position_of("ABA", stored()) == 0
    assert position_of("ABIM", stored()) is None
