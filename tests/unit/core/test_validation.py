"""Every problem at once, in the order of the document, and what remains without them."""

from time import process_time
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from app.core.errors import MOST_VIOLATIONS, refuse
from app.core.fields import Count, Credits, IsoDate, Text, Written
from app.core.fields.lists import EachOnce
from app.core.validation import check

Name = Annotated[str, Text(20)]
# What compared every entry with every other took a quarter of a minute.
PATIENCE = 3


class Source(Written):
    source: Name
    amount: Credits | None = None


class Support(Written):
    received: bool | None = None
    sources: Annotated[list[Source], Field(max_length=3)] | None = None


class Record(Written):
    title: Name | None = None
    start_date: IsoDate | None = None
    credits: Credits | None = None
    fee: Literal["yes", "free", "variable"] | None = None
    year: Annotated[int, Field(ge=1900, le=2200)] | None = None
    names: list[Name] | None = None
    learners: Count | None = None
    support: Support | None = None


def found(document: object) -> list[tuple[str, str]]:
    return [(one.kind.code, one.pointer) for one in check(Record, document).violations]


def test_a_valid_document_is_read_whole() -> None:
    checked = check(Record, {"title": "Rounds", "support": {"sources": [{"source": "Acme"}]}})
    assert not checked.violations
    assert not checked.refused
    assert checked.model is not None
    assert checked.model.support == Support(sources=[Source(source="Acme")])


def test_all_problems_come_at_once_in_the_order_of_the_document() -> None:
    document = {
        "support": {"sources": [{"amount": 1}, {"source": "Acme", "amount": 0.3}]},
        "wrong": 1,
        "credits": "1",
        "title": "",
    }
    assert found(document) == [
        ("field.required", "/support/sources/0/source"),
        ("number.step", "/support/sources/1/amount"),
        ("field.unknown", "/wrong"),
        ("field.type", "/credits"),
        ("text.empty", "/title"),
    ]


def test_what_is_wrong_is_blanked_and_the_rest_is_kept() -> None:
    checked = check(
        Record,
        {
            "title": "Rounds",
            "credits": "1",
            "more": 1,
            "support": {"received": True, "sources": [{"source": "Acme", "amount": "x"}]},
        },
    )
    assert checked.refused == {"/credits", "/support/sources/0/amount"}
    assert checked.model == Record(
        title="Rounds", support=Support(received=True, sources=[Source(source="Acme")])
    )


def test_a_list_with_a_wrong_entry_is_blanked_as_a_whole() -> None:
    checked = check(Record, {"names": ["a", "", "c"], "title": "Rounds"})
    assert checked.model == Record(title="Rounds")
    assert checked.refused == {"/names/1", "/names"}
    assert [one.pointer for one in checked.violations] == ["/names/1"]


@pytest.mark.parametrize("document", [None, [], "text", 1, True])
def test_what_is_no_object_is_one_violation_of_the_whole(document: object) -> None:
    checked = check(Record, document)
    assert checked.model is None
    assert [(one.kind.code, one.pointer) for one in checked.violations] == [("field.type", "")]


@pytest.mark.parametrize(
    ("document", "code", "suggested"),
    [
        ({"Title": "x"}, "field.unknown", ("title",)),
        ({"startDate": "x"}, "field.unknown", ("start_date",)),
        ({"titel": "x"}, "field.unknown", ("title",)),
        ({"zzzz": "x"}, "field.unknown", ()),
        ({"support": {"recieved": True}}, "field.unknown", ("received",)),
        ({"support": {"sources": [{"source": "a", "ammount": 1}]}}, "field.unknown", ("amount",)),
        ({"fee": "Free"}, "field.enum", ("free",)),
        ({"fee": "fre"}, "field.enum", ("free",)),
    ],
)
def test_the_nearest_known_word_is_suggested(
    document: object, code: str, suggested: tuple[str, ...]
) -> None:
    (violation,) = check(Record, document).violations
    assert (violation.kind.code, violation.did_you_mean) == (code, suggested)


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ({"fee": 1}, "field.type"),
        ({"learners": True}, "field.type"),
        ({"support": {"received": 1}}, "field.type"),
        ({"support": {"received": "true"}}, "field.type"),
        ({"support": []}, "field.type"),
        ({"names": "a"}, "field.type"),
        ({"names": {"0": "a"}}, "field.type"),
        ({"year": 1899}, "number.too_small"),
        ({"year": 2201}, "number.too_large"),
        ({"year": 2026.5}, "field.type"),
        ({"support": {"sources": [{"source": "a"}] * 4}}, "list.too_long"),
    ],
)
def test_nothing_is_converted_and_limits_hold(document: object, code: str) -> None:
    (violation,) = check(Record, document).violations
    assert violation.kind.code == code


def test_an_allowed_value_is_listed_when_another_is_sent() -> None:
    (violation,) = check(Record, {"fee": "gratis"}).violations
    assert violation.message == "gratis is not one of yes, free, variable."


def test_what_is_repeated_of_a_value_is_short() -> None:
    (violation,) = check(Record, {"title": "x" * 5000}).violations
    assert len(violation.value) == 201
    (violation,) = check(Record, {"title": {"a": ["secret"]}}).violations
    assert violation.value is None


def test_the_last_of_very_many_entries_that_stands_twice_is_found_at_once() -> None:
    class Guests(Written):
        names: Annotated[list[Name], EachOnce]

    names = [f"n{number}" for number in range(30_000)]
    begun = process_time()
    (violation,) = check(Guests, {"names": [*names, names[-1]]}).violations
    assert process_time() - begun < PATIENCE
    assert (violation.kind.code, violation.message) == (
        "list.repeated",
        "n29999 stands here twice.",
    )


def test_where_more_is_wrong_than_a_reply_shows_the_rest_is_not_looked_for() -> None:
    unknown = {f"x{number}": 1 for number in range(MOST_VIOLATIONS + 1)}
    assert check(Record, {"title": "Rounds", **unknown}).model is None
    del unknown["x0"]
    assert check(Record, {"title": "Rounds", **unknown}).model == Record(title="Rounds")


def test_more_problems_than_a_reply_shows_are_told_as_such() -> None:
    problem = refuse(check(Record, {f"x{number}": 1 for number in range(10_000)}).violations)
    assert len(problem.violations) == MOST_VIOLATIONS
    assert "More than 100" in problem.detail


names = st.sampled_from([*Record.model_fields, *Support.model_fields, *Source.model_fields, "x"])
scalars = st.sampled_from([None, True, False, 0, 1, -1, 0.5, 0.3, "", "x", "free", "2026-07-01"])
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(names, inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(names, values, max_size=4))
def test_any_object_is_read_or_refused_and_what_remains_is_valid(document: dict[str, Any]) -> None:
    checked = check(Record, document)
    assert checked.model is not None
    assert bool(checked.violations) == (found(document) != [])
    assert len(check(Record, checked.model.model_dump(mode="json")).violations) == 0
