"""What no record may say: each contradiction with its place and what would be right."""

from collections.abc import Iterable

import pytest

from app.core.errors import MOST_VIOLATIONS
from tests.builders import Document, complete_activity, draft_activity, support_source
from tests.judging import refused


def supported(*sources: Document, received: bool | None = True) -> Document:
    return complete_activity(commercial_support={"received": received, "sources": [*sources]})


def places(
    document: Document, *, machine: bool = True, already: Iterable[str] = ()
) -> list[tuple[str, str]]:
    found = refused(document, machine=machine, already=already)
    return [(violation.kind.code, violation.pointer) for violation in found]


def test_a_complete_record_and_a_draft_are_not_refused() -> None:
    assert refused(complete_activity()) == []
    assert refused(draft_activity()) == []


def test_a_record_without_the_fields_of_a_draft_is_refused_for_all_of_them() -> None:
    assert places({}) == [
        ("activity.internal_id_required", "/internal_id"),
        ("activity.title", "/title"),
        ("activity.format", "/format"),
        ("activity.start_date", "/start_date"),
        ("activity.end_date", "/end_date"),
    ]


def test_a_person_may_leave_the_internal_id_out_and_a_system_may_not() -> None:
    record = draft_activity(internal_id=None)
    assert places(record, machine=False) == []
    assert places(record) == [("activity.internal_id_required", "/internal_id")]


def test_the_internal_id_is_not_the_id_of_the_provider() -> None:
    assert places(draft_activity(internal_id="0000001")) == [
        ("activity.internal_id_is_provider_id", "/internal_id")
    ]


def test_sources_contradict_support_that_was_not_received() -> None:
    contradiction = [("support.contradiction", "/commercial_support/received")]
    assert places(supported(support_source(), received=False)) == contradiction
    assert places(supported(support_source(), received=None)) == contradiction


def test_support_without_sources_is_no_contradiction() -> None:
    assert places(supported()) == []


def test_an_amount_contradicts_support_that_is_not_monetary() -> None:
    contradiction = [("support.contradiction", "/commercial_support/sources/1/amount")]
    no = support_source(monetary=False, in_kind=True)
    unanswered = support_source(monetary=None, in_kind=True)
    assert places(supported(support_source(), no)) == contradiction
    assert places(supported(support_source(), unanswered)) == contradiction


def test_a_nature_of_help_contradicts_support_that_is_not_in_kind() -> None:
    assert places(supported(support_source(in_kind_nature=["other"]))) == [
        ("support.contradiction", "/commercial_support/sources/0/in_kind_nature")
    ]


@pytest.mark.parametrize("year", [2026, 2027, 2028])
def test_support_is_of_the_activitys_years_or_the_one_after(year: int) -> None:
    record = supported(support_source(received_year=year))
    assert places({**record, "end_date": "2027-04-30"}) == []


@pytest.mark.parametrize("year", [2025, 2028])
def test_support_of_another_year_is_refused_with_the_years_there_are(year: int) -> None:
    (violation,) = refused(supported(support_source(received_year=year)))
    assert violation.kind.code == "support.received_year"
    assert violation.pointer == "/commercial_support/sources/0/received_year"
    assert "2026 at the earliest and in 2027 at the latest" in violation.message


def test_one_source_may_give_twice() -> None:
    assert places(supported(support_source(), support_source())) == []


def test_an_outcome_measure_is_listed_once() -> None:
    measure = {"measure": "learner_competence", "kinds": []}
    assert places(complete_activity(outcome_measures=[measure, measure])) == [
        ("outcomes.measure_twice", "/outcome_measures/1/measure")
    ]


def test_all_contradictions_come_at_once_in_document_order() -> None:
    record = supported(support_source(monetary=False), received=None)
    record |= {"internal_id": "0000001", "title": None, "end_date": "2026-04-30"}
    assert [pointer for _, pointer in places(record)] == [
        "/internal_id",
        "/title",
        "/end_date",
        "/commercial_support/received",
        "/commercial_support/sources/0/amount",
    ]


def test_a_violation_shows_the_value_and_the_passage_it_comes_from() -> None:
    (violation,) = refused(draft_activity(end_date="2027-05-01"))
    assert violation.value == "2027-05-01"
    assert violation.source is not None
    assert violation.source.startswith("PARS FAQ: ")


@pytest.mark.parametrize(
    ("document", "already"),
    [
        (draft_activity(start_date=None), "/start_date"),
        (draft_activity(end_date="2027-06-01"), "/start_date"),
        (draft_activity(end_date="2026-04-30"), "/start_date"),
        (draft_activity(delivery_methods=["online"]), "/format"),
        (supported(support_source(), received=None), "/commercial_support/received"),
        (supported(support_source(), received=None), "/commercial_support"),
        (supported(support_source(monetary=None)), "/commercial_support/sources/0/monetary"),
        (draft_activity(moc={"boards": [{"board": "X"}]}), "/moc/boards/0/board"),
        (
            draft_activity(outcome_measures=[{"measure": "a"}, {"measure": "a"}]),
            "/outcome_measures/0",
        ),
    ],
)
def test_what_rests_on_a_refused_field_is_not_reported(document: Document, already: str) -> None:
    assert refused(document) != []
    assert refused(document, already=[already]) == []


def test_a_refused_field_hides_nothing_but_what_rests_on_it() -> None:
    record = draft_activity(internal_id="0000001", end_date="2026-04-30", title=None)
    assert places(record, already=["/end_date", "/ti", "/internal_ids"]) == [
        ("activity.internal_id_is_provider_id", "/internal_id"),
        ("activity.title", "/title"),
    ]


def test_no_more_is_reported_than_a_person_would_read() -> None:
    sources = [support_source(monetary=False)] * 300
    assert len(refused(supported(*sources))) == MOST_VIOLATIONS
