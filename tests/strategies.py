"""Hypothesis strategies: records in every state of completeness, all of the right types."""

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from app.activities.formats import DELIVERY_METHODS, FORMATS
from tests.builders import Document, complete_activity, moc_board, support_source
from tests.judging import BOARDS, TODAY

Answers = dict[str, st.SearchStrategy[Any]]

YES_NO_OR_UNANSWERED = st.sampled_from([None, True, False])
TEXT = st.sampled_from([None, "", "a text"])
AMOUNT = st.sampled_from([None, 0, 0.25, 52])
COUNT = st.sampled_from([None, 0, 40])
AROUND_TODAY = st.sampled_from([TODAY + timedelta(days=days) for days in (-1, 0, 1)])
DAY = st.one_of(AROUND_TODAY, st.dates()).map(date.isoformat)
DAY_OR_UNANSWERED = st.one_of(st.none(), DAY)
TEXTS = st.lists(st.sampled_from(["a text", "another"]), max_size=2, unique=True)

OF_SOURCES: Answers = {
    "source": st.sampled_from(["Acme Pharma", "Valley Clinic"]),
    "monetary": YES_NO_OR_UNANSWERED,
    "amount": AMOUNT,
    "in_kind": YES_NO_OR_UNANSWERED,
    "in_kind_nature": st.sampled_from([[], ["other"]]),
    "received_year": st.sampled_from([None, 2026]),
}
OF_BOARDS: Answers = {
    "board": st.sampled_from([*BOARDS, "no such board"]),
    "practice_areas": TEXTS,
    "credit_types": TEXTS,
    "credits": AMOUNT,
    "content_areas": TEXTS,
    "credit_claim_date": DAY_OR_UNANSWERED,
    "fee": TEXT,
    "registration": TEXT,
    "url": TEXT,
}


@st.composite
def changed(draw: st.DrawFn, whole: Document, answers: Answers) -> Document:
    """Draw a document of which some fields, or all, are answered in another way."""
    some = st.sets(st.sampled_from(sorted(answers)), max_size=3)
    names = draw(st.one_of(some, st.just(set(answers))))
    return {**whole, **{name: draw(answers[name]) for name in sorted(names)}}


OF_SUPPORT: Answers = {
    "received": YES_NO_OR_UNANSWERED,
    "sources": st.lists(changed(support_source(), OF_SOURCES), max_size=2),
}
OF_ATTESTATION: Answers = {"attested_by": TEXT, "attested_on": DAY_OR_UNANSWERED}
OF_MOC: Answers = {
    "registered": st.booleans(),
    "attestation": st.one_of(st.none(), st.fixed_dictionaries(OF_ATTESTATION)),
    "boards": st.lists(changed(moc_board(), OF_BOARDS), max_size=2),
}
OF_RECORDS: Answers = {
    "internal_id": TEXT,
    "format": st.sampled_from(list(FORMATS)),
    "start_date": DAY,
    "end_date": DAY,
    "delivery_methods": st.lists(st.sampled_from(DELIVERY_METHODS), max_size=2, unique=True),
    "location": TEXT,
    "city": TEXT,
    "state": TEXT,
    "country": st.sampled_from([None, "USA", "CAN"]),
    "credits": AMOUNT,
    "description": TEXT,
    "cme_finder": YES_NO_OR_UNANSWERED,
    "fee": TEXT,
    "registration": TEXT,
    "url": TEXT,
    "providership": st.sampled_from([None, "direct", "joint"]),
    "joint_providers": TEXTS,
    "outcome_measures": st.lists(
        st.sampled_from(["learner_knowledge", "patient_health"]).map(
            lambda measure: {"measure": measure, "kinds": []}
        ),
        max_size=2,
    ),
    "commercial_support": changed(complete_activity()["commercial_support"], OF_SUPPORT),
    "learners": st.fixed_dictionaries({"physicians": COUNT, "others": COUNT}),
    "moc": changed(complete_activity()["moc"], OF_MOC),
}


def records() -> st.SearchStrategy[Document]:
    """Return records that have the fields of a Draft, from nearly complete to nearly empty."""
    return changed(complete_activity(), OF_RECORDS)


@st.composite
def fragments(draw: st.DrawFn) -> Document:
    """Draw a record from which any field may be left out."""
    record = draw(records())
    left_out = draw(st.sets(st.sampled_from(sorted(record))))
    return {name: value for name, value in record.items() if name not in left_out}
