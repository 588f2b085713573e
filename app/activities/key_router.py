"""The push: calls on the record under a key, whether it is there or not."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from app.activities import deleting, examples
from app.activities.calls import Options, Reads, Writes
from app.activities.listing_parameters import PickedFields
from app.activities.problems import (
    BELOW_REQUIRED_STATUS,
    CLOSED,
    DELETE_CLOSED,
    HAS_LEARNER_COMPLETIONS,
    NOT_READY,
)
from app.activities.repository import ActivityRepository, Key
from app.activities.schemas import Activity, ActivityContent, FormatName
from app.auth.access import existing
from app.core.fields import IsoDate
from app.core.openapi import IF_CHANGED, describe
from app.core.request_body import read_json

router = APIRouter(
    prefix="/v1/providers/{provider_id}/activities/by-key/{format}/{start_date}",
    tags=["Activities"],
)


async def key_in_path(
    format_name: Annotated[
        FormatName,
        Path(alias="format", description="`GET /v1/reference/formats` explains each."),
    ],
    start_date: Annotated[IsoDate, Path(description="YYYY-MM-DD")],
    internal_id: Annotated[str, Path(description="The provider's own code for the activity.")],
) -> Key:
    """Read the key out of the URL."""
    return Key(format_name, start_date, internal_id)


KeyInPath = Annotated[Key, Depends(key_in_path)]


@router.put(
    "/{internal_id:path}",
    response_model=Activity,
    operation_id="activities_push",
    **describe(
        body=ActivityContent,
        example=examples.GRAND_ROUNDS,
        parameters=examples.GRAND_ROUNDS_KEY,
        headers=[examples.IF_MATCH, examples.IF_NONE_MATCH],
        problems=[CLOSED, BELOW_REQUIRED_STATUS, NOT_READY],
        responses={201: {"model": Activity, "description": "The record was not there and is now."}},
    ),
)
async def push(call: Writes, options: Options, key: KeyInPath, request: Request) -> Response:
    """Make the record under this key say what the body says; create it if it is not there."""
    document = await read_json(request)
    call.permit_close(options)
    return await call.save(lambda service: service.push(key, document, options, call.precondition))


@router.get(
    "/{internal_id:path}",
    response_model=Activity,
    operation_id="activities_get_by_key",
    **describe(
        parameters=examples.COURSE_KEY,
        headers=[IF_CHANGED],
    ),
)
async def get_by_key(
    call: Reads, key: KeyInPath, fields: PickedFields, request: Request
) -> Response:
    """Read the activity under this key."""
    return await call.reply(request, lambda repository: repository.get_by_key(key), fields)


@router.delete(
    "/{internal_id:path}",
    status_code=204,
    operation_id="activities_delete_by_key",
    **describe(
        parameters=examples.CALLED_OFF_KEY,
        headers=[examples.IF_MATCH],
        problems=[DELETE_CLOSED, HAS_LEARNER_COMPLETIONS],
    ),
)
async def delete_by_key(call: Writes, key: KeyInPath) -> Response:
    """Delete the activity under this key, if it may be deleted."""

    async def work(repository: ActivityRepository) -> None:
        activity_id = existing(await repository.find(key))
        await deleting.delete(repository, activity_id, call.precondition)

    await call.run(work)
    return Response(status_code=204)
