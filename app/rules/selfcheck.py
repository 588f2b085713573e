"""A requirement table checks itself: a rule nobody can run is worse than none."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import date
from itertools import chain, product
from string import Formatter
from types import SimpleNamespace
from typing import Any, TypeAlias

from app.rules.conditions import (
    AllOf,
    Condition,
    Facts,
    Includes,
    Is,
    Not,
    NotEmpty,
    OneOf,
    Passed,
    Present,
    leaves_of,
    paths_of,
)
from app.rules.requirement import Requirement, StageT

YESTERDAY, TODAY, TOMORROW = date(2000, 1, 1), date(2000, 1, 2), date(2000, 1, 3)

FactsType: TypeAlias = type[Any]


def check_table(
    rows: Iterable[Requirement[StageT]],
    record: FactsType,
    items: Mapping[str, FactsType],
    fits: Callable[[str], bool],
) -> None:
    """Raise ValueError with everything that is wrong with this table.

    `record` and `items` are the dataclasses of the facts, of the whole and of the entries
    of each list; `fits` says whether a pointer template fits the record's document.
    """
    table = tuple(rows)
    codes = [row.code for row in table]
    faults = [f"{code} stands twice" for code in sorted({c for c in codes if codes.count(c) > 1})]
    for row in table:
        faults.extend(f"{row.code}: {fault}" for fault in _faults_of(row, record, items, fits))
    if faults:
        raise ValueError("the requirement table is unsound: " + "; ".join(faults))


def _faults_of(
    row: Requirement[StageT],
    record: FactsType,
    items: Mapping[str, FactsType],
    fits: Callable[[str], bool],
) -> Iterator[str]:
    if not fits(row.pointer):
        yield f"no field stands at {row.pointer}"
    each = row.when.each
    if (each is not None) != ("{i}" in row.pointer):
        yield f"{row.pointer} and each={each} do not agree"
    if each is not None and each not in items:
        yield f"there is no list {each}"
        return
    asked = record if each is None else items[each]
    on_item = chain(paths_of(row.check), paths_of(row.when.item))
    known = {"record": _names_of(record), "item": set() if each is None else _names_of(asked)}
    on_record = paths_of(row.when.record)
    yield from (f"no fact {path}" for path in on_item if path not in _names_of(asked))
    yield from (f"no fact {path}" for path in on_record if path not in _names_of(record))
    for placeholder in _placeholders_of(row.detail, row.when.because):
        whose, _, name = placeholder.partition(".")
        if name not in known.get(whose, ()):
            yield f"no fact {{{placeholder}}} for the words"
    if not _can_be_lacking(row):
        yield "no record can ever lack it"


def _names_of(facts: FactsType) -> set[str]:
    """Return what can be read from the facts: their fields, and what follows from them."""
    return {field.name for field in fields(facts)} | set(vars(facts))


def _placeholders_of(*templates: str | None) -> Iterator[str]:
    for template in templates:
        for _, placeholder, _, _ in Formatter().parse(template or ""):
            if placeholder is not None:
                yield placeholder


def _can_be_lacking(row: Requirement[StageT]) -> bool:
    """Search the answers that the row's conditions tell apart for one that lacks it."""
    if row.when.each is None:
        lacking: Condition = AllOf((row.when.record, row.when.item, Not(row.check)))
        return _can_hold(lacking)
    return _can_hold(row.when.record) and _can_hold(AllOf((row.when.item, Not(row.check))))


def _can_hold(condition: Condition) -> bool:
    answers: dict[str, list[Facts]] = {}
    for leaf in leaves_of(condition):
        for path in paths_of(leaf):
            answers.setdefault(path, []).extend(_answers_told_apart(leaf))
    return any(
        condition.holds(SimpleNamespace(**dict(zip(answers, chosen, strict=True))), TODAY)
        for chosen in product(*answers.values())
    )


def _answers_told_apart(leaf: Condition) -> list[Facts]:
    answers: list[Facts] = []
    match leaf:
        case Present():
            # Any answer would do; a day is one that every other condition can look at.
            answers = [None, TOMORROW]
        case NotEmpty():
            answers = [(), ("an entry",)]
        case Is(_, value):
            answers = [None, value]
        case OneOf(_, values):
            answers = [None, *values]
        case Includes(_, value):
            answers = [(), (value,)]
        case Passed():
            answers = [None, YESTERDAY, TOMORROW]
    return answers
