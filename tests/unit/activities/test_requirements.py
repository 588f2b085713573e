"""One generated test for each row of the requirement table: broken alone, in a complete record."""

import pytest

from app.activities.lifecycle import Status
from app.activities.requirements import REQUIREMENT_CODES, REQUIREMENTS
from app.activities.status import missing
from app.rules import Requirement
from tests.broken_records import BROKEN, with_moc
from tests.builders import complete_activity, moc_board
from tests.judging import TODAY, codes, facts, judged

ROWS = pytest.mark.parametrize("row", REQUIREMENTS, ids=lambda row: row.code)


def test_every_row_has_a_way_to_break_it() -> None:
    assert list(BROKEN) == [row.code for row in REQUIREMENTS]


def test_a_complete_record_lacks_nothing() -> None:
    assert judged(complete_activity()).status is Status.READY_TO_CLOSE
    assert judged(complete_activity()).missing == ()


@ROWS
def test_a_row_broken_alone_is_missing_alone_and_from_its_status_on(
    row: Requirement[Status],
) -> None:
    make, pointer = BROKEN[row.code]
    broken = facts(make())
    told = (row.code, pointer, row.blocks, row.source)
    for status in Status:
        found = [
            (item.code, item.pointer, item.blocks, item.source)
            for item in missing(broken, status, TODAY)
            # A record that ended is past Active: that alone is said of the complete one too.
            if item.code == row.code or item.code != "activity.not_ended"
        ]
        asked = status is row.blocks if row.only else status.reaches(row.blocks)
        assert found == ([told] if asked else [])


@ROWS
def test_a_row_says_why_it_is_asked_unless_it_always_is(
    row: Requirement[Status],
) -> None:
    make, _ = BROKEN[row.code]
    (item,) = (item for item in missing(facts(make()), row.blocks, TODAY) if item.code == row.code)
    assert (item.because is None) == (row.when.words == "always")
    assert "{" not in f"{item.text}{item.because}"


@pytest.mark.parametrize(
    ("code", "because"),
    [
        ("finder.url", "cme_finder is yes"),
        ("activity.state", "held in person in the USA"),
        ("activity.delivery_methods", "the format live_course has delivery methods"),
        ("moc.content_area", "board ABA asks for a content area"),
        ("moc.url", "registered for MOC with ABA"),
        ("support.amount", "the support of Acme Pharma is monetary"),
    ],
)
def test_the_reason_names_what_the_record_says(code: str, because: str) -> None:
    make, _ = BROKEN[code]
    items = missing(facts(make()), Status.CLOSED, TODAY)
    assert [item.because for item in items if item.code == code] == [because]


def test_everything_is_missing_at_once_in_the_order_of_the_statuses() -> None:
    items = missing(facts({"moc": {"registered": True}}), Status.CLOSED, TODAY)
    assert codes(items)[:4] == [row.code for row in REQUIREMENTS[:4]]
    assert [item.blocks for item in items] == sorted(
        (item.blocks for item in items), key=list(Status).index
    )
    assert codes(items)[-2:] == ["moc.attestation", "moc.board"]


def test_each_board_and_each_source_is_asked_for_itself() -> None:
    record = with_moc(boards=[moc_board(credits=None), moc_board(board="ABIM", url=None)])
    record |= {"cme_finder": False, "url": None}
    pointers = [item.pointer for item in missing(facts(record), Status.CLOSED, TODAY)]
    assert pointers == ["/moc/boards/0/credits", "/moc/boards/0/url", "/moc/boards/1/url"]


def test_the_fields_of_a_draft_refuse_a_write_and_the_others_keep_from_a_status() -> None:
    statuses = {row.code: REQUIREMENT_CODES[row.code].status for row in REQUIREMENTS}
    assert {code for code, status in statuses.items() if status == 422} == {
        "activity.title",
        "activity.format",
        "activity.start_date",
        "activity.end_date",
    }
    assert set(statuses.values()) == {422, 409}
