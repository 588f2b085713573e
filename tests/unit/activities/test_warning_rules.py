"""What looks wrong and blocks nothing: each warning where it belongs, and not elsewhere."""

import pytest

from app.activities.warning_rules import warnings
from tests.builders import Document, complete_activity, moc_board, support_source
from tests.judging import facts, lacking


def warned(**changes: object) -> list[tuple[str, str]]:
    return [
        (warning.code, warning.pointer) for warning in warnings(facts(complete_activity(**changes)))
    ]


def with_board(**changes: object) -> Document:
    return {**complete_activity()["moc"], "boards": [moc_board(**changes)]}


def test_a_complete_record_has_no_warnings() -> None:
    assert warned() == []


def test_a_series_with_the_credits_of_a_session_is_noticed() -> None:
    few = [("series.few_credits", "/credits")]
    assert warned(format="regularly_scheduled_series", credits=1, moc=None) == few
    assert warned(format="regularly_scheduled_series", credits=3.75, moc=None) == few
    assert warned(format="regularly_scheduled_series", credits=4, moc=None) == []
    assert warned(format="live_course", credits=1, moc=None) == []


def test_a_live_course_without_learners_is_noticed_and_can_be_closed() -> None:
    empty = {"physicians": 0, "others": 0}
    assert warned(learners=empty) == [("learners.none", "/learners/physicians")]
    assert lacking(complete_activity(learners=empty)) == []
    assert warned(learners={"physicians": 0, "others": 1}) == []
    assert warned(learners={"physicians": 0, "others": None}) == []
    assert warned(learners=empty, format="other_blended") == []


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/course",
        "http://www.Example.org",
        "http://localhost:8000/course",
        "https://lms.test/course",
        "https://test.com",
        "http://someone@127.0.0.1/course",
    ],
)
def test_an_address_that_leads_nowhere_is_noticed(url: str) -> None:
    assert warned(url=url) == [("finder.url_placeholder", "/url")]
    assert warned(moc=with_board(url=url)) == [("finder.url_placeholder", "/moc/boards/0/url")]


@pytest.mark.parametrize(
    "url",
    [
        "https://test.valley-hospital.org/course",
        "https://cme.valley-hospital.org/example.com",
        "https://latest.org",
        "no address at all",
    ],
)
def test_an_address_that_only_mentions_a_placeholder_is_not_noticed(url: str) -> None:
    assert warned(url=url) == []


def test_a_joint_provider_that_supports_the_activity_is_noticed_however_it_is_written() -> None:
    support = {"received": True, "sources": [support_source(source="VALLEY clinic")]}
    assert warned(commercial_support=support) == [("joint.is_supporter", "/joint_providers/0")]


def test_moc_credit_above_that_of_the_activity_is_noticed() -> None:
    assert warned(moc=with_board(credits=12.75)) == [
        ("moc.credits_above_activity", "/moc/boards/0/credits")
    ]
    assert warned(moc={**with_board(credits=12.75), "registered": False}) == []


def test_credit_that_is_claimed_before_the_end_is_noticed() -> None:
    assert warned(moc=with_board(credit_claim_date="2026-05-02")) == [
        ("moc.claim_date_before_end", "/moc/boards/0/credit_claim_date")
    ]
    assert warned(moc=with_board(credit_claim_date="2026-05-03")) == []


def test_practice_assessment_outside_of_improvement_is_noticed() -> None:
    moc = with_board(board="ABIM", credit_types=["Practice Assessment (Part IV)"])
    assert warned(moc=moc) == [("moc.practice_assessment_format", "/moc/boards/0/credit_types")]
    assert warned(moc=moc, format="performance_quality_improvement") == []


def test_a_warning_is_told_in_the_words_of_what_is_missing() -> None:
    (warning,) = warnings(facts(complete_activity(url="https://example.com")))
    assert warning.as_document() == {
        "code": "finder.url_placeholder",
        "pointer": "/url",
        "text": "Give the address that learners will use.",
        "because": "https://example.com is a placeholder",
        "severity": "warning",
        "source": "PARS FAQ: activity statuses, Active",
    }
