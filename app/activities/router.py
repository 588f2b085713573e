"""The calls on single activities, by id."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from app.activities import closing, deleting, examples
from app.activities.calls import Closes, Options, Reads, Writes
from app.activities.listing_parameters import PickedFields
from app.activities.merging import merge
from app.activities.presenting import present_missing
from app.activities.problems import (
    BELOW_REQUIRED_STATUS,
    CLOSED,
    DELETE_CLOSED,
    DUPLICATE_KEY,
    HAS_LEARNER_COMPLETIONS,
    NOT_READY,
)
from app.activities.repository import ActivityRepository
from app.activities.schemas import Activity, ActivityContent, MissingList, StatusName
from app.activities.service import Saved
from app.activities.status import Status
from app.auth.access import existing
from app.core.empty_body import NothingSent
from app.core.etag import PRECONDITION_REQUIRED, NewRecord
from app.core.idempotency import OnceOnly
from app.core.openapi import IF_CHANGED, describe
from app.core.replies import json_response
from app.core.request_body import JSON, MERGE_PATCH, read_json

router = APIRouter(prefix="/v1/providers/{provider_id}/activities", tags=["Activities"])

ActivityId = Annotated[
    str,
    Path(
        description="Nine digits, issued by the system.",
        json_schema_extra={"pattern": "^[0-9]{9}$", "example": "100000001"},
    ),
]


@router.post(
    "",
    status_code=201,
    response_model=Activity,
    operation_id="activities_create",
    **describe(
        body=ActivityContent,
        example=examples.DRAFT,
        problems=[DUPLICATE_KEY, BELOW_REQUIRED_STATUS, NOT_READY],
    ),
)
async def create(
    call: Writes, _new: NewRecord, options: Options, once: OnceOnly, request: Request
) -> Response:
    """Enter a new activity. Its key must be free."""
    document = await read_json(request)
    call.permit_close(options)
    return await call.save(lambda service: service.create(document, options), once)


@router.get(
    "/{activity_id}",
    response_model=Activity,
    operation_id="activities_get",
    **describe(
        parameters=examples.RUNNING,
        headers=[IF_CHANGED],
    ),
)
async def get(
    call: Reads, activity_id: ActivityId, fields: PickedFields, request: Request
) -> Response:
    """Read one activity with its status and what the next status lacks."""
    return await call.reply(request, lambda repository: repository.get(activity_id), fields)


@router.put(
    "/{activity_id}",
    response_model=Activity,
    operation_id="activities_replace",
    **describe(
        body=ActivityContent,
        example=examples.REPLACEMENT,
        parameters=examples.REPLACED,
        headers=[examples.IF_MATCH],
        problems=[CLOSED, DUPLICATE_KEY, BELOW_REQUIRED_STATUS, NOT_READY],
    ),
)
async def replace(
    call: Writes, options: Options, activity_id: ActivityId, request: Request
) -> Response:
    """Replace an activity; what the body leaves out becomes unanswered. Never creates."""
    document = await read_json(request)
    call.permit_close(options)
    return await call.save(
        lambda service: service.replace(activity_id, document, options, call.precondition)
    )


@router.patch(
    "/{activity_id}",
    response_model=Activity,
    operation_id="activities_update",
    **describe(
        body=ActivityContent,
        example=examples.CHANGE,
        media_types=(MERGE_PATCH, JSON),
        parameters=examples.CHANGED,
        headers=[examples.IF_MATCH_NEEDED],
        problems=[CLOSED, DUPLICATE_KEY, BELOW_REQUIRED_STATUS, NOT_READY, PRECONDITION_REQUIRED],
    ),
)
async def update(
    call: Writes, options: Options, activity_id: ActivityId, request: Request
) -> Response:
    """Change some fields (merge patch): null clears, lists are replaced whole."""
    patch = await read_json(request, (MERGE_PATCH, JSON))
    call.permit_close(options)
    return await call.save(
        lambda service: service.edit(
            activity_id, lambda content: merge(content, patch), options, call.precondition
        )
    )


@router.delete(
    "/{activity_id}",
    status_code=204,
    operation_id="activities_delete",
    **describe(
        parameters=examples.DELETED,
        headers=[examples.IF_MATCH],
        problems=[DELETE_CLOSED, HAS_LEARNER_COMPLETIONS],
    ),
)
async def delete(call: Writes, activity_id: ActivityId) -> Response:
    """Delete an activity that is neither closed nor has learner completions."""
    await call.run(lambda repository: deleting.delete(repository, activity_id, call.precondition))
    return Response(status_code=204)


@router.post(
    "/{activity_id}/close",
    response_model=Activity,
    operation_id="activities_close",
    **describe(parameters=examples.READY, headers=[examples.IF_MATCH], problems=[NOT_READY]),
)
async def close(
    call: Closes, once: OnceOnly, _body: NothingSent, activity_id: ActivityId
) -> Response:
    """Close an activity that has everything Closed needs."""

    async def work(repository: ActivityRepository) -> Response:
        record, already = await closing.close(
            repository, activity_id, call.boards, call.today, call.precondition
        )
        return call.answer(Saved(record, unchanged=already))

    return await call.reply(work, once)


@router.get(
    "/{activity_id}/missing",
    response_model=MissingList,
    operation_id="activities_missing",
    **describe(parameters=examples.NOT_READY),
)
async def list_missing(
    call: Reads,
    activity_id: ActivityId,
    up_to: Annotated[StatusName, Query(alias="for", description="Up to this status.")] = "closed",
) -> Response:
    """List everything the activity lacks up to a status."""
    record = existing(await call.run(lambda repository: repository.get(activity_id)))
    return json_response(present_missing(record, Status(up_to), call.boards, call.today))
