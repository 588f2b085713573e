"""The table refuses to be imported when a row of it could not work."""

from dataclasses import dataclass, replace

import pytest

from app.rules import (
    AllOf,
    AnyOf,
    Circumstance,
    Condition,
    Is,
    NotEmpty,
    Present,
    Requirement,
    check_table,
)


@dataclass
class Record:
    name: str | None
    parts: tuple[object, ...]


@dataclass
class Part:
    size: str | None


SOUND: Requirement[str] = Requirement(
    "a", "/name", Present("name"), "Name it.", blocks="later", source="here"
)
EACH = Circumstance("each", "{item.size}", each="parts")
OF_PARTS: Requirement[str] = Requirement(
    "b", "/parts/{i}/size", Present("size"), "Size it.", blocks="later", source="here", when=EACH
)
NAMED = Circumstance("named", None, Is("name", "x"))


def check(*rows: Requirement[str]) -> None:
    check_table(rows, Record, {"parts": Part}, lambda pointer: pointer != "/nowhere")


def test_a_sound_table_passes() -> None:
    check(SOUND, OF_PARTS)


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (replace(SOUND, pointer="/nowhere"), "a: no field stands at /nowhere"),
        (replace(SOUND, check=Present("nam")), "a: no fact nam"),
        (replace(SOUND, when=Circumstance("x", None, Present("nam"))), "a: no fact nam"),
        (replace(SOUND, detail="{record.nam}"), "a: no fact {record.nam}"),
        (replace(SOUND, detail="{item.size}"), "a: no fact {item.size}"),
        (replace(SOUND, pointer="/parts/{i}/size"), "a: /parts/{i}/size and each=None"),
        (replace(OF_PARTS, pointer="/parts"), "b: /parts and each=parts do not agree"),
        (replace(OF_PARTS, when=Circumstance("x", None, each="pieces")), "no list pieces"),
        (replace(OF_PARTS, check=Present("name")), "b: no fact name"),
        (replace(SOUND, when=Circumstance("x", "{record.nam}")), "a: no fact {record.nam}"),
    ],
)
def test_a_row_that_does_not_fit_the_record_is_named(row: Requirement[str], fault: str) -> None:
    with pytest.raises(ValueError, match="unsound") as refusal:
        check(row)
    assert fault in str(refusal.value)


def test_a_code_stands_once() -> None:
    with pytest.raises(ValueError, match="a stands twice"):
        check(SOUND, SOUND)


@pytest.mark.parametrize(
    ("when", "asked"),
    [
        (NAMED, Present("name")),
        (Circumstance("x", None, AllOf((Is("name", "x"), Is("name", "y")))), NotEmpty("parts")),
        (NAMED, Is("name", "x")),
        (NAMED, AnyOf((Present("name"), NotEmpty("parts")))),
    ],
)
def test_a_row_that_no_record_can_lack_is_named(when: Circumstance, asked: Condition) -> None:
    with pytest.raises(ValueError, match="no record can ever lack it"):
        check(replace(SOUND, when=when, check=asked))
