"""Warnings that need more than the record: what the database knows around it."""

from datetime import date

import pytest

from app.activities.surroundings import (
    ALONE,
    AlikeRecord,
    Snapshot,
    Surroundings,
    surroundings_of,
)
from app.activities.warning_rules import CAUSED_BY_OTHERS, warnings
from tests.builders import complete_activity
from tests.judging import facts

FIRST = Snapshot(date(2024, 12, 31), 10, 5)


def warned(around: Surroundings, **changes: object) -> list[tuple[str, str, str | None]]:
    found = warnings(facts(complete_activity(**changes)), around)
    return [(warning.code, warning.pointer, warning.because) for warning in found]


def test_a_record_alone_has_none_of_them() -> None:
    assert warned(ALONE) == []
    assert surroundings_of(complete_activity()) == ALONE


def test_each_record_that_is_alike_is_named() -> None:
    alike = (AlikeRecord("100000002", "Pain Update"), AlikeRecord("100000003", "Pain update"))
    assert [because for _, _, because in warned(Surroundings(alike=alike))] == [
        "'Pain Update' (100000002) has the same format and start date",
        "'Pain update' (100000003) has the same format and start date",
    ]


def test_more_completions_than_physicians_are_noticed() -> None:
    [(code, pointer, because)] = warned(Surroundings(completions_above_count=True))
    assert (code, pointer) == ("learners.more_completions", "/learners/physicians")
    assert because == "more than 120 completions of individual learners were reported"


def test_counts_may_stay_or_rise_and_not_fall() -> None:
    same = {"learners": {"physicians": 10, "others": 5}}
    assert warned(Surroundings(snapshots=(FIRST,)), **same) == []
    fell = (FIRST, Snapshot(date(2025, 12, 31), 9, 5))
    assert warned(Surroundings(snapshots=fell), **same) == [
        (
            "learners.count_fell",
            "/learners/physicians",
            "physicians were 10 on 2024-12-31 and are 9 on 2025-12-31",
        )
    ]
    less = {"learners": {"physicians": 10, "others": 4}}
    assert warned(Surroundings(snapshots=(FIRST,)), **less) == [
        ("learners.count_fell", "/learners/others", "others were 5 on 2024-12-31 and are 4 now")
    ]


def test_an_unanswered_count_has_not_fallen() -> None:
    unanswered = {"learners": {"physicians": None, "others": None}}
    assert warned(Surroundings(snapshots=(FIRST,)), **unanswered) == []


def test_only_what_others_cause_is_not_held_against_the_client() -> None:
    around = Surroundings(
        snapshots=(Snapshot(date(2024, 12, 31), 999, 999),),
        alike=(AlikeRecord("100000002", "Pain Update"),),
        completions_above_count=True,
    )
    codes = {code for code, _, _ in warned(around)}
    assert codes == CAUSED_BY_OTHERS | {"learners.count_fell"}


def test_surroundings_are_read_from_a_stored_record() -> None:
    record = {
        "surroundings": {
            "snapshots": [FIRST.as_document()],
            "alike": [{"activity_id": "100000002", "title": "Pain Update"}],
            "completions_above_count": None,
            "attestation_text_version": "2026-01",
            "draws_warnings": False,
        }
    }
    assert surroundings_of(record) == Surroundings(
        snapshots=(FIRST,),
        alike=(AlikeRecord("100000002", "Pain Update"),),
        attestation_text_version="2026-01",
        draws_warnings=False,
    )


@pytest.mark.parametrize(
    "around",
    [
        Surroundings(),
        Surroundings(snapshots=(FIRST,), draws_warnings=False),
        Surroundings(alike=(AlikeRecord("100000002", "Pain Update"),), draws_warnings=False),
        Surroundings(completions_above_count=True, draws_warnings=False),
    ],
)
def test_rules_are_asked_where_a_warning_may_come_of_it(around: Surroundings) -> None:
    assert around.warn


def test_no_rule_is_asked_where_none_can_warn() -> None:
    assert not Surroundings(draws_warnings=False).warn
    nobody = {"format": "live_course", "learners": {"physicians": 0, "others": 0}}
    assert warned(Surroundings(), **nobody) != []
    assert warned(Surroundings(draws_warnings=False), **nobody) == []
