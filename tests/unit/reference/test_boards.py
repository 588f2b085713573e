from datetime import date

import pytest

from app.reference.boards import Board, board_from
from tests.judging import BOARDS


def test_a_board_is_read_from_its_document() -> None:
    aba = BOARDS["ABA"]
    assert aba.name == "American Board of Anesthesiology"
    assert aba.in_effect_from == date(2016, 1, 1)
    assert aba.content_areas is not None
    assert (aba.content_areas.min, aba.content_areas.max, aba.asks_content_area) == (1, 2, True)
    assert BOARDS["ABO"].exclusive_credit_types == (
        ("Improvement in Medical Practice (Part IV)", "Patient Safety"),
    )


def test_what_a_document_leaves_out_is_not_known() -> None:
    board = board_from({"code": "X", "name": "Board X"})
    assert board == Board("X", "Board X")
    assert not board.asks_content_area
    assert board.accepts_practice_area("anything")
    assert board.accepts_credit_type("anything")


def test_a_list_that_is_known_is_binding() -> None:
    assert BOARDS["ABA"].accepts_practice_area("Trauma")
    assert not BOARDS["ABA"].accepts_practice_area("trauma")
    assert not BOARDS["ABA"].accepts_credit_type("Part IV")


@pytest.mark.parametrize(
    ("since", "until", "words"),
    [
        (None, None, "at any time"),
        (date(2019, 1, 1), None, "from 2019-01-01"),
        (None, date(2022, 12, 31), "to 2022-12-31"),
        (date(2019, 1, 1), date(2022, 12, 31), "from 2019-01-01 to 2022-12-31"),
    ],
)
def test_when_a_board_takes_part_includes_both_ends(
    since: date | None, until: date | None, words: str
) -> None:
    board = Board("X", "Board X", in_effect_from=since, in_effect_to=until)
    assert board.effective == words
    assert board.is_in_effect_on(date(2018, 12, 31)) == (since is None)
    assert board.is_in_effect_on(date(2019, 1, 1))
    assert board.is_in_effect_on(date(2022, 12, 31))
    assert board.is_in_effect_on(date(2023, 1, 1)) == (until is None)
