"""The traps of the field: where a status is not what one would think."""

from datetime import date, timedelta

import pytest

from app.activities.status import Status, missing, status_of
from tests.builders import complete_activity, draft_activity, moc_board, support_source
from tests.judging import TODAY, codes, facts, judged, lacking


def test_finder_no_but_moc_yes_needs_the_url_at_closed() -> None:
    record = complete_activity(cme_finder=False, url=None)
    assert lacking(record, Status.READY_TO_CLOSE) == []
    assert lacking(record) == ["moc.url"]


def test_a_url_of_the_board_itself_is_enough_for_moc() -> None:
    record = complete_activity(cme_finder=False, url=None)
    record["moc"]["boards"] = [moc_board(url="https://cme.valley-hospital.org/moc")]
    assert lacking(record) == []


def test_zero_learners_close_and_unanswered_ones_do_not() -> None:
    assert lacking(complete_activity(learners={"physicians": 0, "others": 0})) == []
    assert lacking(complete_activity(learners={"physicians": None, "others": None})) == [
        "learners.physicians",
        "learners.others",
    ]


def test_joint_names_support_and_outcomes_may_be_blank_through_ready_to_close() -> None:
    record = complete_activity(joint_providers=[], commercial_support=None, outcome_measures=[])
    assert judged(record).status is Status.READY_TO_CLOSE
    assert codes(judged(record).missing) == ["joint.name", "outcomes.measure", "support.answered"]


def test_a_record_entered_after_the_event_is_ready_to_close_at_once() -> None:
    judgement = judged(complete_activity())
    assert (judgement.status, judgement.next_status) == (Status.READY_TO_CLOSE, Status.CLOSED)


def test_an_overdue_draft_stays_a_draft_and_is_never_active_on_its_way() -> None:
    judgement = judged(draft_activity())
    assert (judgement.status, judgement.next_status) == (Status.DRAFT, Status.READY_TO_CLOSE)
    assert codes(judgement.missing) == [
        "activity.delivery_methods",
        "activity.credits",
        "activity.description",
        "activity.cme_finder",
        "activity.providership",
    ]


def test_a_draft_that_has_not_ended_becomes_active_next() -> None:
    judgement = judged(draft_activity(end_date="2026-11-22"))
    assert (judgement.status, judgement.next_status) == (Status.DRAFT, Status.ACTIVE)


def test_an_activity_that_ends_today_is_active_until_the_day_is_over() -> None:
    record = complete_activity(end_date="2026-11-22")
    assert judged(record, today=TODAY).status is Status.ACTIVE
    assert judged(record, today=TODAY + timedelta(days=1)).status is Status.READY_TO_CLOSE


def test_moving_the_end_date_forward_returns_to_active() -> None:
    assert judged(complete_activity(end_date="2026-11-21")).status is Status.READY_TO_CLOSE
    assert judged(complete_activity(end_date="2026-11-23")).status is Status.ACTIVE


def test_an_active_record_lacks_exactly_its_end_and_says_when_that_is() -> None:
    judgement = judged(complete_activity(end_date="2026-12-01"))
    assert judgement.next_status is Status.READY_TO_CLOSE
    (item,) = judgement.missing
    assert item.as_document() == {
        "code": "activity.ended",
        "pointer": "/end_date",
        "text": "The activity ends on 2026-12-01; it can be closed from 2026-12-02 on.",
        "because": None,
        "blocks": "ready_to_close",
        "source": "PARS FAQ: activity statuses, Ready to Close",
    }


def test_an_active_record_asked_for_closed_lists_its_end_and_the_fields() -> None:
    record = complete_activity(end_date="2026-12-01", outcome_measures=[])
    assert lacking(record) == ["activity.ended", "outcomes.measure"]


def test_a_past_end_is_missing_for_active_alone() -> None:
    record = complete_activity()
    assert lacking(record, Status.ACTIVE) == ["activity.not_ended"]
    assert lacking(record, Status.READY_TO_CLOSE) == []


def test_a_closed_record_is_at_its_end_whatever_it_says() -> None:
    judgement = judged(draft_activity(), closed=True)
    assert (judgement.status, judgement.next_status, judgement.missing) == (
        Status.CLOSED,
        None,
        (),
    )


def test_the_status_alone_is_that_of_the_judgement() -> None:
    status = status_of(facts(draft_activity()), closed=False, today=TODAY)
    assert status is judged(draft_activity()).status


@pytest.mark.parametrize("activity_format", ["journal_cme", "performance_quality_improvement"])
def test_a_format_without_delivery_methods_needs_none_and_no_place(activity_format: str) -> None:
    record = complete_activity(
        format=activity_format, delivery_methods=[], location=None, city=None, country=None
    )
    assert lacking(record) == []


def test_a_live_stream_needs_no_place() -> None:
    record = complete_activity(
        delivery_methods=["live_streamed"], location=None, city=None, state=None, country=None
    )
    assert lacking(record) == []


def test_outside_the_usa_no_state_is_needed() -> None:
    assert lacking(complete_activity(country="CAN", state=None)) == []


def test_a_direct_activity_needs_no_joint_provider() -> None:
    assert lacking(complete_activity(providership="direct", joint_providers=[])) == []


def test_no_is_an_answer_on_commercial_support() -> None:
    record = complete_activity(commercial_support={"received": False, "sources": []})
    assert lacking(record) == []


def test_in_kind_support_needs_no_amount() -> None:
    in_kind = support_source(monetary=False, amount=None, in_kind=True)
    record = complete_activity(commercial_support={"received": True, "sources": [in_kind]})
    assert lacking(record) == []


def test_without_moc_neither_internal_id_nor_attestation_is_needed() -> None:
    assert lacking(complete_activity(moc=None, internal_id=None)) == []


def test_boards_of_an_activity_that_is_not_registered_ask_for_nothing() -> None:
    record = complete_activity(moc={"registered": False, "boards": [{"board": "ABA"}]})
    assert lacking(record) == []


def test_only_a_board_with_content_areas_asks_for_one() -> None:
    record = complete_activity()
    record["moc"]["boards"] = [moc_board(board="ABIM", content_areas=[])]
    assert lacking(record) == []


def test_the_last_day_there_is_can_be_an_end() -> None:
    (item,) = missing(
        facts(complete_activity(end_date="9999-12-31")), Status.READY_TO_CLOSE, date(2026, 1, 1)
    )
    assert item.code == "activity.ended"
