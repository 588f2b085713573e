"""Numbers: credits in quarter steps, money with two decimals, counts."""

from typing import Annotated, Final

from pydantic_core import core_schema

from app.core.errors import declare
from app.core.fields.base import ReadBy, wrong, wrong_type

NUMBER_TOO_SMALL = declare(
    "number.too_small",
    422,
    "The number is too small",
    "Send a number that is not below the least one that the message names.",
)
NUMBER_TOO_LARGE = declare(
    "number.too_large",
    422,
    "The number is too large",
    "Send a number that is not above the largest one that the message names.",
)
NUMBER_STEP = declare(
    "number.step",
    422,
    "The number is between two steps",
    "Credits go in steps of 0.25: 0.25, 0.5, 0.75, 1 and so on.",
)
NUMBER_DECIMALS = declare(
    "number.decimals",
    422,
    "The amount has too many decimals",
    "An amount of money has at most two decimals.",
)

CREDIT_STEP: Final = 0.25
MOST_CREDITS: Final = 9999.75
LEAST_MONEY: Final = 0.01
MOST_MONEY: Final = 999_999_999.99
MOST_COUNTED: Final = 2_147_483_647


def _read_number(value: object) -> int | float:
    # 52 and 52.0 are one number; it is kept as 52 so that equal records are equal bytes.
    if type(value) is int:
        return value
    if type(value) is not float:
        wrong_type("A number", value)
    return int(value) if value.is_integer() else value


def read_credits(value: object) -> int | float:
    """Return an amount of credits, or raise what is wrong with it."""
    amount = _read_number(value)
    if amount < CREDIT_STEP:
        raise wrong(NUMBER_TOO_SMALL, f"Credits are at least {CREDIT_STEP}.")
    if amount > MOST_CREDITS:
        raise wrong(NUMBER_TOO_LARGE, f"Credits are at most {MOST_CREDITS}.")
    if amount % CREDIT_STEP:
        below = amount // CREDIT_STEP * CREDIT_STEP
        message = (
            f"Credits go in steps of {CREDIT_STEP}; "
            f"the nearest are {below:g} and {below + CREDIT_STEP:g}."
        )
        raise wrong(NUMBER_STEP, message)
    return amount


def read_money(value: object) -> int | float:
    """Return an amount in USD, or raise what is wrong with it."""
    amount = _read_number(value)
    if amount <= 0:
        raise wrong(NUMBER_TOO_SMALL, "An amount of money is more than 0.")
    if amount > MOST_MONEY:
        raise wrong(NUMBER_TOO_LARGE, f"An amount of money is at most {MOST_MONEY:.2f}.")
    if round(amount, 2) != amount:
        raise wrong(NUMBER_DECIMALS, "An amount in USD has at most two decimals.")
    return amount


def read_count(value: object) -> int:
    """Return a count, or raise what is wrong with it."""
    if type(value) is not int:
        wrong_type("A whole number, such as 20,", value)
    if value < 0:
        raise wrong(NUMBER_TOO_SMALL, "A count is at least 0.")
    if value > MOST_COUNTED:
        raise wrong(NUMBER_TOO_LARGE, f"A count is at most {MOST_COUNTED}.")
    return value


_CREDITS = {
    "type": "number",
    "minimum": CREDIT_STEP,
    "maximum": MOST_CREDITS,
    "multipleOf": CREDIT_STEP,
}
# Two decimals are not stated as `multipleOf: 0.01`: binary fractions make many validators
# refuse 19.99 then.
_MONEY = {"type": "number", "minimum": LEAST_MONEY, "maximum": MOST_MONEY}
_COUNT = {"type": "integer", "minimum": 0, "maximum": MOST_COUNTED}


def _whole_numbers(least: int, most: int) -> core_schema.IntSchema:
    """Return the schema of numbers that are sent and kept without a decimal point."""
    return core_schema.int_schema(ge=least, le=most, strict=True)


Credits = Annotated[
    int | float,
    ReadBy(read_credits, _CREDITS, surely=_whole_numbers(1, int(MOST_CREDITS))),
]
"""An amount of AMA PRA Category 1 credits, in steps of 0.25."""

Money = Annotated[
    int | float, ReadBy(read_money, _MONEY, surely=_whole_numbers(1, int(MOST_MONEY)))
]
"""An amount of money in USD, more than nothing, with at most two decimals."""

Count = Annotated[int, ReadBy(read_count, _COUNT, surely=_whole_numbers(0, MOST_COUNTED))]
"""How many there were; 0 is an answer."""
