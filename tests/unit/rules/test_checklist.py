from collections.abc import Iterable
from datetime import date
from types import SimpleNamespace

from app.rules import ALWAYS, Checklist, Circumstance, Is, NotEmpty, Present, Requirement

TODAY = date(2026, 11, 22)


def row(
    code: str, check: NotEmpty | Present, when: Circumstance, pointer: str = "/x"
) -> Requirement[str]:
    return Requirement(code, pointer, check, "Do it.", blocks="later", source="here", when=when)


OPEN = Circumstance("open", "{record.name} is open", Is("open", value=True))
EACH = Circumstance(
    "each", "{item.name} of {record.name}", each="parts", item=Is("big", value=True)
)


def record(*parts: SimpleNamespace, **facts: object) -> SimpleNamespace:
    return SimpleNamespace(**{"name": "it", "open": True, "parts": parts, "a": None} | facts)


def part(name: str, **facts: object) -> SimpleNamespace:
    return SimpleNamespace(**{"name": name, "big": True, "a": None, "b": ()} | facts)


def found(rows: Iterable[Requirement[str]], facts: SimpleNamespace) -> list[tuple[str, str]]:
    return [(lack.row.code, lack.pointer) for lack in Checklist(rows).lacks(facts, TODAY)]


def test_a_row_is_lacking_where_it_applies_and_is_not_met() -> None:
    rows = [row("a", Present("a"), OPEN)]
    assert found(rows, record()) == [("a", "/x")]
    assert found(rows, record(a=0)) == []
    assert found(rows, record(open=False)) == []


def test_each_entry_of_a_list_is_asked_for_all_its_rows_in_turn() -> None:
    rows = [
        row("a", Present("a"), EACH, "/parts/{i}/a"),
        row("b", NotEmpty("b"), EACH, "/parts/{i}/b"),
    ]
    facts = record(part("one"), part("two", big=False), part("three", a=1))
    assert found(rows, facts) == [("a", "/parts/0/a"), ("b", "/parts/0/b"), ("b", "/parts/2/b")]


def test_a_lack_explains_itself_by_the_record_and_the_entry() -> None:
    rows = [row("a", Present("a"), EACH, "/parts/{i}/a")]
    (lack,) = Checklist(rows).lacks(record(part("{one}")), TODAY)
    assert lack.because == "{one} of it"
    assert lack.text == "Do it."


def test_what_always_applies_has_no_reason() -> None:
    rows = [row("a", Present("a"), Circumstance("always", None, ALWAYS))]
    (lack,) = Checklist(rows).lacks(record(), TODAY)
    assert lack.because is None
