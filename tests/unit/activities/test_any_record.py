"""Properties that hold for any record, however little or much it says."""

from hypothesis import given, settings

from app.activities.record_document import fits
from app.activities.status import Status, missing
from app.activities.warning_rules import warnings
from tests.builders import Document
from tests.judging import TODAY, codes, facts, judged, refused
from tests.strategies import fragments, records

ANY_RECORD = settings(max_examples=60, deadline=None)


@ANY_RECORD
@given(fragments())
def test_evaluation_never_raises_and_points_to_fields(record: Document) -> None:
    known = facts(record)
    documents = [item.as_document() for item in judged(record).missing]
    documents += [item.as_document() for item in missing(known, Status.CLOSED, TODAY)]
    documents += [warning.as_document() for warning in warnings(known)]
    documents += [violation.as_document() for violation in refused(record)]
    assert all(fits(document["pointer"]) for document in documents)


@ANY_RECORD
@given(records())
def test_what_keeps_from_the_next_status_is_missing_up_to_it(record: Document) -> None:
    judgement = judged(record)
    assert judgement.next_status is not None
    assert codes(judgement.missing) == codes(missing(facts(record), judgement.next_status, TODAY))


@ANY_RECORD
@given(records())
def test_nothing_is_missing_only_from_a_record_that_can_be_closed(record: Document) -> None:
    judgement = judged(record)
    closable = not missing(facts(record), Status.CLOSED, TODAY)
    assert (not judgement.missing) == closable
    assert not closable or judgement.status is Status.READY_TO_CLOSE
