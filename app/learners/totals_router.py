"""The calls on the learner totals of an activity."""

from datetime import date
from typing import Final

from fastapi import APIRouter, Request, Response

from app.activities import examples
from app.activities.calls import Reading, Reads, Writes, Writing, record_response
from app.activities.part_calls import read_part, save_part
from app.activities.parts import Replacement, split_echo
from app.activities.presenting import changed_fields, warnings_of
from app.activities.problems import CLOSED
from app.activities.repository import Record
from app.activities.router import ActivityId
from app.activities.snapshot_years import NOT_APPLICABLE, OUTSIDE_ACTIVITY
from app.activities.surroundings import Snapshot
from app.core.database import Transaction
from app.core.errors import refuse
from app.core.openapi import IF_CHANGED, describe
from app.core.request_body import read_json
from app.core.validation import check
from app.learners.snapshot_rules import IN_FUTURE, SNAPSHOT_DATE, TWICE, snapshot_violations
from app.learners.totals import storing, totals_of, without_last_year
from app.learners.totals_schemas import ActivityLearnerTotals, LearnerTotals

SERVED: Final = ("activity_id", "increments", "counting", "warnings", "version")
EXAMPLE: Final = {"physicians": 140, "others": 61, "snapshots": []}

router = APIRouter(
    prefix="/v1/providers/{provider_id}/activities/{activity_id}/learner-totals",
    tags=["Learner totals"],
)


@router.get(
    "",
    response_model=ActivityLearnerTotals,
    operation_id="learner_totals_get",
    **describe(parameters=examples.READY, headers=[IF_CHANGED]),
)
async def get(call: Reads, activity_id: ActivityId, request: Request) -> Response:
    """Read the learner counts of an activity, what each year added, and how they count."""
    return await read_part(call, request, activity_id, _describe)


@router.put(
    "",
    response_model=ActivityLearnerTotals,
    operation_id="learner_totals_replace",
    **describe(
        body=LearnerTotals,
        example=EXAMPLE,
        parameters=examples.READY,
        headers=[examples.IF_MATCH],
        problems=(CLOSED, NOT_APPLICABLE, SNAPSHOT_DATE, OUTSIDE_ACTIVITY, IN_FUTURE, TWICE),
    ),
)
async def replace(call: Writes, activity_id: ActivityId, request: Request) -> Response:
    """Replace the learner counts and the yearly snapshots, in one version of the activity.

    What is left out becomes unanswered; snapshots that are left out are taken back.
    Cumulative counts that become less are saved, with a warning.
    """
    said, echoed = split_echo(await read_json(request), SERVED)
    checked = check(LearnerTotals, said)
    if checked.model is None:
        raise refuse(checked.violations)
    sent = checked.model

    async def work_out(transaction: Transaction, current: Record) -> Replacement:
        read = without_last_year(echoed, current, call.today)
        changed = changed_fields(read, await _describe(call, transaction, current))
        snapshots = [Snapshot(row.as_of, row.physicians, row.others) for row in sent.snapshots]
        found = checked.violations + snapshot_violations(
            snapshots,
            activity_format=current["format"],
            start_date=date.fromisoformat(current["start_date"]),
            end_date=date.fromisoformat(current["end_date"]),
            today=call.today,
        )
        if found:
            raise refuse([*found, *changed])
        counts = {"physicians": sent.physicians, "others": sent.others}
        alongside = storing(transaction, current, snapshots)
        return Replacement({"learners": counts}, "/learners", alongside, changed)

    return record_response(await save_part(call, activity_id, work_out, _describe))


async def _describe(call: Reading | Writing, _transaction: Transaction, record: Record) -> Record:
    return {
        **totals_of(record, call.today),
        "activity_id": record["activity_id"],
        "warnings": warnings_of(record, call.boards),
        "version": record["version"],
    }
