"""The answer to a batch: 200, 207 when some records failed, 422 when none was to be saved."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi import Request

from app.batch.outcomes import Explain, Outcome, counts, not_run
from app.batch.problems import NOT_SAVED
from app.core.errors import ProblemError
from app.core.problem_document import problem_document

ALL_SUCCEEDED: Final = 200
SOME_FAILED: Final = 207


def explaining(request: Request) -> Explain:
    """Return what makes the problem documents of single records of this call."""

    def explain(index: int, refusal: ProblemError) -> dict[str, Any]:
        document = problem_document(refusal, request)
        return {**document, "instance": f"{document['instance']}#/records/{index}"}

    return explain


def results_document(outcomes: Sequence[Outcome], explain: Explain) -> dict[str, Any]:
    """Return the results and their counts."""
    return {
        "results": [outcome.as_document(explain) for outcome in outcomes],
        "counts": counts(outcomes),
    }


def answer(
    outcomes: Sequence[Outcome], explain: Explain, *, atomic: bool, nothing: Mapping[str, Any]
) -> tuple[dict[str, Any], int]:
    """Return the body of the answer and its status.

    Raises ProblemError 422, which takes everything back, when a record of an atomic batch
    failed; `nothing` is what is told of records that nothing was done to.
    """
    failed = sum(outcome.refusal is not None for outcome in outcomes)
    if not (atomic and failed):
        return results_document(outcomes, explain), SOME_FAILED if failed else ALL_SUCCEEDED
    records = "1 record" if failed == 1 else f"{failed} records"
    raise ProblemError(
        NOT_SAVED,
        f"{records} of {len(outcomes)} failed. Nothing was saved.",
        members=results_document(not_run(outcomes, nothing), explain),
    )
