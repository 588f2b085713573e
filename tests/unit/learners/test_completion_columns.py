"""Reading completions by columns: whatever is relied on, the rules alone would accept as well."""

from datetime import date
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from app.core.errors import ProblemError
from app.learners.completion_certainty import allowed
from app.learners.completion_columns import CompletionReader
from app.learners.completion_submission import completion_submission
from app.learners.completion_terms import ActivityTerms, BoardTerms
from app.reference.boards import Board
from tests.completions import ABA_TYPE, ABIM_TYPE, board_credit, completion

Document = dict[str, Any]

BOARDS = {
    "ABIM": Board("ABIM", "Internal Medicine", one_completion_a_day=True),
    "ABA": Board("ABA", "Anesthesiology"),
}
REGISTERED = {
    "ABIM": BoardTerms((ABIM_TYPE,), 10, one_a_day=True),
    "ABA": BoardTerms((ABA_TYPE,), None, one_a_day=False),
}
TODAY = date(2026, 5, 3)
TERMS = {
    "one": ActivityTerms(date(2026, 5, 1), date(2026, 5, 31), 12.5, REGISTERED, TODAY),
    "other": ActivityTerms(date(2026, 4, 1), date(2026, 5, 2), None, {}, TODAY),
}

TEXTS = ["Ada", "Zoë", "Mary Ann", "", " ", "a\tb", "a\u200bb", " a", "e\u0301", "x" * 300, 1, True]
WRONG_ANYWHERE: list[Any] = [None, 0, 1, True, 1.0, "", "x", [], {}, [1], {"a": 1}]
ENTRY: dict[str, list[Any]] = {
    "board": ["ABIM", "ABA", "ABS", None],
    "board_learner_id": ["654321", "Ä-1", " 6", 654321, None],
    "credit_type": [ABIM_TYPE, ABA_TYPE, "another", None],
    "credits": [10, 10.0, 10.25, 1.1, True, "1", None],
}
ANSWERS: dict[str, list[Any]] = {
    "credit_id": ["C-1", "C-2", "c 2", " C-2", "Ä", None, *TEXTS],
    "given_name": TEXTS,
    "family_name": TEXTS,
    "birth_month_day": ["02-29", "1970-02-28", "02-30", "2-3", None],
    "license_state": ["CA", "AE", "ca", "XX", "Cal", None],
    "license_id": ["A1", "A 1", "", None],
    "npi": ["1234567893", "1234567890", "123456789", "\uff11234567893", None],
    "completed_on": ["2026-05-02", "2026-05-03", "2026-05-04", "2026-04-01", "2026-5-2", None],
    "credits": [1, 1.0, True, 1.5, 12.5, 12.75, 0.1, 0, -1, 1e9, "1", None],
    "version": [1],
    "given_nam": ["Ada"],
}


def drawn(name: str) -> st.SearchStrategy[Any]:
    return st.sampled_from([*ANSWERS[name], *WRONG_ANYWHERE])


entries = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(values) for name, values in ENTRY.items()}
)
whole_entries = st.fixed_dictionaries(
    {name: st.sampled_from(values) for name, values in ENTRY.items()}
)
board_credits = st.one_of(
    st.lists(st.one_of(whole_entries, whole_entries, entries), max_size=3),
    st.sampled_from(WRONG_ANYWHERE),
)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Draw a completion in which up to three fields are answered in another way."""
    names = draw(st.sets(st.sampled_from([*ANSWERS, "board_credits"]), max_size=3))
    changes = {
        name: draw(board_credits if name == "board_credits" else drawn(name))
        for name in sorted(names)
    }
    made = completion(**{"credit_id": f"C-{draw(st.integers(1, 9))}", **changes})
    left_out = draw(st.sets(st.sampled_from(sorted(made)), max_size=2))
    return {name: value for name, value in made.items() if name not in left_out}


def relied_on(sent: list[Document], activities: list[str]) -> dict[int, Document]:
    """Return what is read of the completions that are beyond doubt."""
    columns = CompletionReader(BOARDS).read([sent[:2], sent[2:]], frozenset())
    return {
        place: {name: column[place] for name, column in columns.fields.items()}
        for place in allowed(columns, activities, TERMS)
    }


@given(st.lists(st.tuples(documents(), st.sampled_from(sorted(TERMS))), min_size=1, max_size=6))
@example([(completion(board_credits=[board_credit(), board_credit()]), "one")])
@example([(completion(board_credits=[board_credit(credit_type=ABA_TYPE)]), "one")])
def test_what_is_beyond_doubt_the_rules_accept_and_read_alike(
    drawn_rows: list[tuple[Document, str]],
) -> None:
    sent = [document for document, _ in drawn_rows]
    activities = [activity for _, activity in drawn_rows]
    for place, content in relied_on(sent, activities).items():
        submission = completion_submission(sent[place], TERMS[activities[place]])
        assert {**content, "completed_on": str(content["completed_on"])} == submission.content


@given(documents())
def test_nearly_all_that_the_rules_accept_is_beyond_doubt(document: Document) -> None:
    try:
        accepted = completion_submission(document, TERMS["one"])
    except ProblemError:
        return
    alone = {
        "without its own id": accepted.content["credit_id"] is None,
        "with what the server said": "version" in document,
        "of two days": len(accepted.days) > 1,
        "entries left to their defaults": any(
            len(entry) < len(ENTRY) for entry in document.get("board_credits") or ()
        ),
    }
    assert bool(relied_on([document], ["one"])) is not any(alone.values()), alone


def test_completions_that_claim_one_day_or_one_id_are_in_doubt_all_of_them() -> None:
    same_day = [completion(credit_id="C-1"), completion(credit_id="C-2")]
    same_id = [completion(credit_id="C-3", board_credits=[]) for _ in range(2)]
    other = completion(credit_id="C-4", board_credits=[board_credit(board_learner_id="777")])
    # Neither two of them are read together with each other.
    sent = [same_day[0], same_id[0], same_day[1], same_id[1], other]
    assert list(relied_on(sent, ["one"] * 5)) == [4]


def test_a_day_is_in_doubt_when_another_completion_in_doubt_might_claim_it() -> None:
    claims, does_not = completion(credit_id="C-1"), completion(credit_id="C-2", board_credits=[])
    unread = completion(credit_id="C-3", given_name="\t")
    assert list(relied_on([claims, does_not, unread], ["one"] * 3)) == [1]
