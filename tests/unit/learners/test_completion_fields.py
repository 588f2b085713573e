"""The birthday without its year, the NPI and its check digit, and what a mask leaves."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from app.learners.completion_fields import has_year, is_npi, read_birth_month_day, read_npi
from app.learners.completion_masking import masked
from tests.completions import completion


@given(st.dates())
def test_every_birthday_is_kept_without_its_year(day: date) -> None:
    month_and_day = day.isoformat()[5:]
    assert read_birth_month_day(day.isoformat()) == month_and_day
    assert read_birth_month_day(month_and_day) == month_and_day
    assert has_year(day.isoformat())
    assert not has_year(month_and_day)


@pytest.mark.parametrize(
    "sent",
    ["02-30", "04-31", "13-01", "00-10", "1-1", "0229", "02/29", "१२-०१", "02-29 ", "", None, 229],
)
def test_what_is_no_month_and_day_is_refused(sent: object) -> None:
    with pytest.raises(PydanticCustomError):
        read_birth_month_day(sent)


def test_there_are_366_birthdays() -> None:
    first = date(2000, 1, 1)
    days = {(first + timedelta(days=number)).isoformat() for number in range(366)}
    assert len({read_birth_month_day(day) for day in days}) == 366


@pytest.mark.parametrize("npi", ["1234567893", "1245319599", "1679576722"])
def test_a_number_with_the_right_check_digit_is_an_npi(npi: str) -> None:
    assert read_npi(npi) == npi


@given(st.integers(0, 999_999_999), st.integers(1, 9), st.integers(0, 9))
def test_one_mistyped_digit_is_always_noticed(number: int, shift: int, place: int) -> None:
    body = f"{number:09}"
    right = next(f"{body}{digit}" for digit in range(10) if is_npi(f"{body}{digit}"))
    wrong = str((int(right[place]) + shift) % 10)
    assert not is_npi(right[:place] + wrong + right[place + 1 :])


@pytest.mark.parametrize(
    "sent", ["123456789", "12345678933", "123456789X", "१२३४५६७८९३", 1234567893]
)
def test_what_does_not_have_ten_digits_is_refused(sent: object) -> None:
    with pytest.raises(PydanticCustomError):
        read_npi(sent)


def test_a_mask_leaves_what_is_not_the_persons_and_changes_nothing_it_was_given() -> None:
    whole = completion()
    hidden = masked(whole)
    assert whole == completion()
    own = {"given_name", "family_name", "birth_month_day", "license_id", "npi", "board_credits"}
    assert {name: value for name, value in hidden.items() if name not in own} == {
        name: value for name, value in whole.items() if name not in own
    }
    assert not {str(whole[name]) for name in own} & {str(hidden[name]) for name in own}
