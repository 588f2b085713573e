from typing import Any

from app.imports.causes import MOST_CAUSES, MOST_VALUES, ROWS_NAMED, Causes, place_of


def problem(code: str = "number.step", pointer: str = "/credits", value: Any = 1) -> dict[str, Any]:
    return {
        "code": code,
        "pointer": pointer,
        "message": "wrong",
        "value": value,
        "did_you_mean": [],
    }


def test_the_place_in_a_list_does_not_tell_causes_apart() -> None:
    assert place_of("/moc/boards/12/credit_types/0") == "/moc/boards/{i}/credit_types/{i}"
    assert place_of("/title") == "/title"


def test_a_row_counts_once_under_each_of_its_causes() -> None:
    causes = Causes()
    twice = [problem(pointer="/moc/boards/0/board"), problem(pointer="/moc/boards/1/board")]
    causes.count([*twice, problem()], row=1, children=3)
    told = {
        cause["pointer"]: (cause["count"], cause["children"]) for cause in causes.as_documents()
    }
    assert told == {"/moc/boards/{i}/board": (1, 3), "/credits": (1, 3)}


def test_only_the_first_rows_are_named() -> None:
    causes = Causes()
    for row in range(1, 100):
        causes.count([problem()], row, 0)
    (cause,) = causes.as_documents()
    assert (cause["count"], cause["first_rows"]) == (99, list(range(1, ROWS_NAMED + 1)))


def test_values_that_differ_in_every_row_do_not_fill_the_list() -> None:
    causes = Causes()
    for row in range(1000):
        causes.count([problem(value=row)], row, 0)
    told = causes.as_documents()
    assert len(told) == MOST_VALUES + 1
    assert told[0]["value"] is None
    assert sum(cause["count"] for cause in told) == 1000


def test_the_list_of_causes_has_an_end() -> None:
    causes = Causes()
    for row in range(2 * MOST_CAUSES):
        causes.count([problem(pointer=f"/unknown_{row}")], row, 0)
    assert len(causes.as_documents()) == MOST_CAUSES


def test_causes_go_on_from_where_they_were_kept() -> None:
    first = Causes()
    first.count([problem()], 1, 0)
    second = Causes(first.as_documents())
    second.count([problem()], 2, 0)
    assert [cause["count"] for cause in first.as_documents()] == [1]
    assert [cause["count"] for cause in second.as_documents()] == [2]
    assert [cause["first_rows"] for cause in first.as_documents()] == [[1]]
