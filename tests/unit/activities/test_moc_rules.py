"""Registrations against the boards' own data."""

from tests.builders import Document, complete_activity, moc_board
from tests.judging import BOARDS, refused

ABIM = {
    "board": "ABIM",
    "practice_areas": ["Internal Medicine"],
    "credit_types": ["Medical Knowledge (Part II)"],
    "content_areas": [],
}
ABO = {
    "board": "ABO",
    "practice_areas": ["Cornea"],
    "credit_types": ["Patient Safety"],
    "content_areas": [],
}


def registered(*boards: Document, **changes: object) -> Document:
    record = complete_activity(**changes)
    return {**record, "moc": {**record["moc"], "boards": [*boards]}}


def places(*boards: Document, **changes: object) -> list[tuple[str, str]]:
    return [(v.kind.code, v.pointer) for v in refused(registered(*boards, **changes))]


def test_registrations_from_the_boards_own_lists_are_accepted() -> None:
    assert places(moc_board(), moc_board(**ABIM)) == []


def test_an_unknown_board_names_the_boards_nearest_first() -> None:
    (violation,) = refused(registered(moc_board(board="ABMI")))
    assert violation.kind.code == "moc.board_unknown"
    assert violation.pointer == "/moc/boards/0/board"
    assert violation.did_you_mean[0] == "ABIM"
    assert set(violation.did_you_mean) == set(BOARDS)
    said = [code for code in violation.did_you_mean if f"'{code}'" in violation.message]
    assert said == list(violation.did_you_mean[:5])


def starting(start: str, board: Document) -> list[tuple[str, str]]:
    return places(board, start_date=start, end_date=start, commercial_support=None)


NOT_IN_EFFECT = [("moc.board_not_in_effect", "/moc/boards/0/board")]


def test_a_board_takes_part_from_its_first_day_on() -> None:
    assert starting("2015-12-31", moc_board()) == NOT_IN_EFFECT
    assert starting("2016-01-01", moc_board()) == []


def test_a_board_that_left_takes_part_until_its_last_day() -> None:
    assert starting("2022-12-31", moc_board(**ABO)) == []
    assert starting("2023-01-01", moc_board(**ABO)) == NOT_IN_EFFECT


def test_a_board_is_listed_once() -> None:
    assert places(moc_board(), moc_board(**ABIM), moc_board()) == [
        ("moc.board_twice", "/moc/boards/2/board")
    ]


def test_an_unknown_practice_area_names_those_of_the_board_nearest_first() -> None:
    (violation,) = refused(registered(moc_board(practice_areas=["Trauma", "Pain medecine"])))
    assert violation.kind.code == "moc.practice_area_unknown"
    assert violation.pointer == "/moc/boards/0/practice_areas/1"
    assert violation.value == "Pain medecine"
    assert violation.did_you_mean[0] == "Pain Medicine"
    assert set(violation.did_you_mean) == set(BOARDS["ABA"].practice_areas)


def test_an_unknown_credit_type_names_those_of_the_board() -> None:
    (violation,) = refused(registered(moc_board(credit_types=["Part II"])))
    assert violation.kind.code == "moc.credit_type_unknown"
    assert violation.pointer == "/moc/boards/0/credit_types/0"
    assert set(violation.did_you_mean) == {"Lifelong Learning (CME)", "Patient Safety"}


def test_a_board_whose_lists_are_not_known_takes_any_text() -> None:
    entry = moc_board(
        board="ABTS", practice_areas=["Heart"], credit_types=["Any"], content_areas=[]
    )
    assert places(entry) == []


def test_credit_types_that_exclude_each_other_are_not_chosen_together() -> None:
    both = ["Improvement in Medical Practice (Part IV)", "Patient Safety"]
    found = starting("2022-12-31", moc_board(**{**ABO, "credit_types": both}))
    assert found == [("moc.credit_types_exclusive", "/moc/boards/0/credit_types")]


def test_content_areas_are_for_the_boards_that_ask_for_them() -> None:
    assert places(moc_board(**{**ABIM, "content_areas": ["Anything"]})) == [
        ("moc.content_area_not_applicable", "/moc/boards/0/content_areas")
    ]


def test_a_board_takes_so_many_content_areas_and_no_more() -> None:
    assert places(moc_board(content_areas=["One", "Two"])) == []
    assert places(moc_board(content_areas=["One", "Two", "Three"])) == [
        ("moc.content_areas_too_many", "/moc/boards/0/content_areas")
    ]


def test_registrations_are_held_against_the_lists_before_the_activity_is_registered_too() -> None:
    record = complete_activity(moc={"registered": False, "boards": [moc_board(board="X")]})
    assert [violation.kind.code for violation in refused(record)] == ["moc.board_unknown"]
