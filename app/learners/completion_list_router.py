"""The calls that read several completions: the list, the counts, the versions of one."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.activities.facts import facts_from
from app.activities.repository import ActivityRepository, Record
from app.activities.router import ActivityId
from app.activities.surroundings import Surroundings
from app.activities.warning_rules import more_completions_than_counted
from app.auth.access import existing, not_found
from app.core.database import Transaction
from app.core.openapi import describe
from app.core.paging import CURSOR_INVALID, USUAL_ROWS, AskedPage, CursorAsked, MostAsked
from app.core.replies import json_response
from app.learners import completion_examples as examples
from app.learners.completion_calls import CompletionId, CompletionReads, in_lists
from app.learners.completion_reading import read_counts, read_page, read_versions
from app.learners.completion_schemas import (
    CompletionHistory,
    CompletionList,
    CompletionSummary,
)

router = APIRouter(
    prefix="/v1/providers/{provider_id}/activities/{activity_id}/completions",
    tags=["Completions"],
)


@router.get(
    "",
    response_model=CompletionList,
    operation_id="completions_list",
    **describe(parameters=examples.CONFERENCE, problems=[CURSOR_INVALID]),
)
async def list_completions(  # noqa: PLR0913 - each is a parameter of the call
    *,
    call: CompletionReads,
    activity_id: ActivityId,
    request: Request,
    credit_id: Annotated[
        str | None,
        Query(min_length=1, max_length=300, description="The client's own id, exactly."),
    ] = None,
    limit: MostAsked = USUAL_ROWS,
    cursor: CursorAsked = "",
) -> Response:
    """List the completions of an activity, a page at a time, the earliest reported first.

    The person is masked, unless the credential has the scope `completions:read_pii`.
    """
    selection = {
        "list": "completions",
        "provider_id": call.access.provider_id,
        "activity_id": activity_id,
        "credit_id": credit_id,
    }
    asked = AskedPage(request, limit, cursor, selection)
    behind: str = asked.behind[0] if asked.behind else ""

    async def work(transaction: Transaction) -> list[Record]:
        await _activity(call, transaction, activity_id)
        return await read_page(
            transaction,
            call.access,
            activity_id,
            behind=behind,
            most=asked.most,
            credit_id=credit_id,
        )

    see = in_lists(call)
    return asked.answer(
        await call.access.run(work),
        lambda completion: [completion["completion_id"]],
        lambda completion: _row(see(completion)),
    )


@router.get(
    "/summary",
    response_model=CompletionSummary,
    operation_id="completions_summary",
    **describe(parameters=examples.CONFERENCE),
)
async def summarise(call: CompletionReads, activity_id: ActivityId) -> Response:
    """Count the completions of an activity, and compare them with its learner counts."""

    async def work(transaction: Transaction) -> Record:
        activity = await _activity(call, transaction, activity_id)
        counts = await read_counts(transaction, call.access, activity_id)
        return _summary(call, activity, counts)

    return json_response(await call.access.run(work))


@router.get(
    "/{completion_id}/history",
    response_model=CompletionHistory,
    operation_id="completions_history",
    **describe(parameters=examples.REPORTED),
)
async def read_history(
    call: CompletionReads, activity_id: ActivityId, completion_id: CompletionId
) -> Response:
    """Read every version of a completion and who wrote it, also of one that was deleted.

    The person is masked, unless the credential has the scope `completions:read_pii`.
    """
    versions = await call.access.run(
        lambda transaction: read_versions(transaction, call.access, activity_id, completion_id)
    )
    if not versions:
        raise not_found()
    see = in_lists(call)
    for version in versions:
        completion = version["completion"]
        version["completion"] = completion and _row(see(completion))
    return json_response({"data": versions})


async def _activity(call: CompletionReads, transaction: Transaction, activity_id: str) -> Record:
    return existing(await ActivityRepository(call.access, transaction.driver).get(activity_id))


def _row(completion: Record) -> Record:
    """Return what a list shows of a completion: whose it is stands in the URL."""
    return {
        name: value
        for name, value in completion.items()
        if name not in ("provider_id", "activity_id")
    }


def _summary(call: CompletionReads, activity: Record, counts: dict[str, int]) -> Record:
    total = counts["recorded"] + counts["corrected"]
    counted = activity["learners"]["physicians"]
    around = Surroundings(completions_above_count=counted is not None and total > counted)
    found = more_completions_than_counted(facts_from(activity, call.boards), around)
    return {
        "activity_id": activity["activity_id"],
        "total": total,
        "counts": counts,
        "learners": activity["learners"],
        "warnings": [warning.as_document() for warning in found],
    }
