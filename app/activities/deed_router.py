"""The calls on activities that are deeds of their own: reopen, copy, delete many."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from app.activities import bulk_deleting, copying, examples, reopening
from app.activities.bulk_deleting import Deletions
from app.activities.calls import Reopens, Writes
from app.activities.copying import ActivityCopies, ActivityCopying
from app.activities.presenting import present
from app.activities.problems import (
    DUPLICATE_KEY,
    NOT_CLOSED,
    REPORTING_CLOSED,
)
from app.activities.reopening import ActivityReopening
from app.activities.repository import ActivityRepository
from app.activities.router import ActivityId
from app.activities.schemas import Activity
from app.activities.service import Saved
from app.core.database import Transaction
from app.core.errors import ProblemError
from app.core.idempotency import OnceOnly
from app.core.openapi import describe
from app.core.problem_document import problem_document
from app.core.replies import json_response
from app.core.request_body import read_json
from app.core.worlds import clock_of
from app.providers.service import deadline_for

router = APIRouter(prefix="/v1/providers/{provider_id}/activities", tags=["Activities"])

_REASON = {"reason": "The number of other learners was entered as that of physicians."}
_COPIES = {
    "instances": [
        {"internal_id": "GR-IM-2027-S", "start_date": "2027-07-01", "end_date": "2028-06-30"},
        {
            "internal_id": "GR-IM-2027-N",
            "start_date": "2027-07-01",
            "end_date": "2028-06-30",
            "location": "North Campus",
            "city": "Redding",
        },
    ]
}


@router.post(
    "/{activity_id}/reopen",
    response_model=Activity,
    operation_id="activities_reopen",
    **describe(
        body=ActivityReopening,
        example=_REASON,
        headers=[examples.IF_MATCH],
        problems=[NOT_CLOSED, REPORTING_CLOSED],
    ),
)
async def reopen(
    call: Reopens, once: OnceOnly, activity_id: ActivityId, request: Request
) -> Response:
    """Reopen a closed activity, for a reason that its history keeps.

    Its status is again what its content derives to. Providers may reopen until the
    reporting deadline of the year in which the activity ended; later their accreditor can.
    """
    document = await read_json(request)
    access, clock = call.access, clock_of(request)

    async def work(transaction: Transaction) -> Response:
        record = await reopening.reopen(
            ActivityRepository(access, transaction.driver),
            activity_id,
            document,
            call.precondition,
            by=access.principal.kind,
            now=clock.now(),
            deadline_for=lambda year: deadline_for(
                transaction, access.provider_id, year, clock.reporting_zone
            ),
        )
        return call.answer(Saved(present(record, call.boards, call.today)))

    return await access.run(once(work), save=not call.validate_only)


@router.post(
    "/{activity_id}/copy",
    status_code=201,
    response_model=ActivityCopies,
    operation_id="activities_copy",
    **describe(
        body=ActivityCopying,
        example=_COPIES,
        headers=[examples.IF_MATCH],
        problems=[DUPLICATE_KEY],
    ),
)
async def copy(call: Writes, once: OnceOnly, activity_id: ActivityId, request: Request) -> Response:
    """Copy an activity to other dates and places: all copies are made, or none.

    Ids, dates, learner counts, commercial support, attestation and claim dates are not
    copied, nor are boards that have left by the start of the copy. The status of a copy
    follows from its content.
    """
    document = await read_json(request)

    async def work(repository: ActivityRepository) -> Response:
        records = await copying.copy(
            repository,
            activity_id,
            document,
            call.precondition,
            boards=call.boards,
            today=call.today,
        )
        return json_response({"data": records}, 201)

    return await call.reply(work, once)


@router.delete(
    "",
    response_model=Deletions,
    operation_id="activities_delete_many",
    **describe(
        parameters={"ids": "100000001,100000002"},
        headers=[examples.IF_MATCH],
        responses={207: {"model": Deletions, "description": "Some were not deleted."}},
    ),
)
async def delete_many(
    call: Writes,
    ids: Annotated[str, Query(description="The ids, at most 200, with commas between them.")],
    request: Request,
) -> Response:
    """Delete several activities: those that may be deleted go, the others stay.

    Each result that is not `deleted` carries the problem that a deletion of this activity
    alone would be answered with, such as `activity.delete_closed`.
    """
    wanted = bulk_deleting.ids_from(ids)

    def explain(activity_id: str, refusal: ProblemError) -> dict[str, Any]:
        instance = f"/v1/providers/{call.access.provider_id}/activities/{activity_id}"
        return {**problem_document(refusal, request), "instance": instance}

    done = await call.run(
        lambda repository: bulk_deleting.delete_many(repository, wanted, call.precondition, explain)
    )
    return json_response(done, 207 if done["counts"]["failed"] else 200)
