from datetime import date
from types import SimpleNamespace

import pytest

from app.rules import (
    ALWAYS,
    AllOf,
    AnyOf,
    Condition,
    Includes,
    Is,
    Not,
    NotEmpty,
    OneOf,
    Passed,
    Present,
)

TODAY = date(2026, 11, 22)
YES, NO = ALWAYS, Not(ALWAYS)


@pytest.mark.parametrize(
    ("condition", "fact", "expected"),
    [
        (Present("fact"), None, False),
        (Present("fact"), 0, True),
        (Present("fact"), False, True),
        (NotEmpty("fact"), (), False),
        (NotEmpty("fact"), ("entry",), True),
        (Is("fact", value=True), True, True),
        (Is("fact", value=True), 1, False),
        (Is("fact", value=False), None, False),
        (Is("fact", "joint"), "joint", True),
        (Is("fact", "joint"), None, False),
        (OneOf("fact", ("a", "b")), "b", True),
        (OneOf("fact", ("a", "b")), "c", False),
        (OneOf("fact", ("a", "b")), None, False),
        (Includes("fact", "a"), ("b", "a"), True),
        (Includes("fact", "a"), ("b",), False),
        (Passed("fact"), date(2026, 11, 21), True),
        (Passed("fact"), TODAY, False),
        (Passed("fact"), None, False),
        (AllOf((YES, YES)), None, True),
        (AllOf((YES, NO)), None, False),
        (AnyOf((NO, YES)), None, True),
        (AnyOf((NO, NO)), None, False),
        (Not(Present("fact")), None, True),
    ],
)
def test_a_condition_holds(condition: Condition, fact: object, expected: object) -> None:
    assert condition.holds(SimpleNamespace(fact=fact), TODAY) is expected


def test_a_path_may_lead_into_a_part_of_the_facts() -> None:
    record = SimpleNamespace(part=SimpleNamespace(fact="here"))
    assert Is("part.fact", "here").holds(record, TODAY)


def test_conditions_that_say_the_same_are_equal() -> None:
    assert AllOf((Is("a", "b"), Present("c"))) == AllOf((Is("a", "b"), Present("c")))
    assert Is("a", "b") != Is("a", "c")
