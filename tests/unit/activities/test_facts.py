from datetime import date

from app.activities.facts import SourceFacts
from tests.builders import complete_activity, moc_board
from tests.judging import facts


def test_a_field_that_is_left_out_is_as_unanswered_as_null_or_an_empty_list() -> None:
    nulls = dict.fromkeys(complete_activity())
    empty = {"commercial_support": {}, "learners": {}, "moc": {"attestation": {}}, "title": ""}
    assert facts({}) == facts(nulls) == facts(empty)
    assert facts({}).moc_registered is False
    assert facts({}).delivery_methods == ()


def test_the_facts_say_what_the_document_says() -> None:
    known = facts(complete_activity())
    assert known.start_date == date(2026, 5, 1)
    assert known.outcome_measures == ("learner_competence",)
    assert known.sources == (SourceFacts("Acme Pharma", True, 5000, False, (), 2026),)  # noqa: FBT003
    assert (known.physicians, known.others) == (120, 14)
    assert (known.attested_by, known.attested_on) == ("J. Doe", date(2026, 4, 1))


def test_zero_and_no_are_answers() -> None:
    known = facts({"learners": {"physicians": 0}, "cme_finder": False, "credits": 0})
    assert (known.physicians, known.cme_finder, known.credits) == (0, False, 0)


def test_a_board_takes_what_it_has_not_itself_from_the_activity() -> None:
    record = complete_activity(fee="yes", registration="open", url=None)
    record["moc"]["boards"] = [moc_board(fee="free")]
    (entry,) = facts(record).boards
    assert (entry.fee, entry.registration, entry.url) == ("free", "open", None)


def test_whether_a_content_area_is_asked_for_comes_from_the_boards() -> None:
    boards = [moc_board(board=code) for code in ("ABA", "ABIM", "no such board")]
    known = facts({"moc": {"registered": True, "boards": boards}})
    assert [entry.asks_content_area for entry in known.boards] == [True, False, False]
