"""The calls on single completions."""

from typing import Any

from fastapi import APIRouter, Request, Response

from app.activities import examples as activity_examples
from app.activities.merging import merge
from app.activities.router import ActivityId
from app.auth.access import existing
from app.core.etag import PRECONDITION_REQUIRED, NewRecord, not_modified
from app.core.idempotency import OnceOnly
from app.core.openapi import IF_CHANGED, describe
from app.core.request_body import JSON, MERGE_PATCH, read_json
from app.learners import completion_examples as examples
from app.learners.completion_book import CompletionBook
from app.learners.completion_calls import (
    CompletionId,
    CompletionReads,
    CompletionWrites,
    answer,
    completion_response,
    write,
)
from app.learners.completion_problems import (
    ACTIVITY_IS_DRAFT,
    BIRTH_DAY,
    BOARD_CREDIT_TWICE,
    BOARD_NOT_REGISTERED,
    CREDIT_TYPE_NOT_REGISTERED,
    CREDITS_ABOVE,
    DUPLICATE,
    IN_FUTURE,
    LICENSE_STATE_NEEDED,
    LICENSE_STATE_UNKNOWN,
    NPI,
    OUTSIDE_ACTIVITY,
)
from app.learners.completion_reading import read_one
from app.learners.completion_schemas import Completion, CompletionContent, CompletionPatch
from app.learners.completion_service import CompletionService, presented
from app.learners.completion_submission import CONTENT_FIELDS

router = APIRouter(
    prefix="/v1/providers/{provider_id}/activities/{activity_id}/completions",
    tags=["Completions"],
)
_PROBLEMS = (
    DUPLICATE,
    ACTIVITY_IS_DRAFT,
    BIRTH_DAY,
    LICENSE_STATE_UNKNOWN,
    LICENSE_STATE_NEEDED,
    NPI,
    IN_FUTURE,
    OUTSIDE_ACTIVITY,
    CREDITS_ABOVE,
    BOARD_NOT_REGISTERED,
    CREDIT_TYPE_NOT_REGISTERED,
    BOARD_CREDIT_TWICE,
)


@router.post(
    "",
    status_code=201,
    response_model=Completion,
    operation_id="completions_create",
    **describe(
        body=CompletionContent,
        example=examples.COMPLETION,
        parameters=examples.CONFERENCE,
        problems=_PROBLEMS,
    ),
)
async def create(
    call: CompletionWrites,
    _new: NewRecord,
    once: OnceOnly,
    activity_id: ActivityId,
    request: Request,
) -> Response:
    """Report one learner's completion of an activity that is at least Active."""
    document = await read_json(request)

    async def work(_book: CompletionBook, service: CompletionService) -> Response:
        sent = service.judged(document, None)
        await service.prepare([sent])
        return answer(await service.report(sent))

    return await write(call, activity_id, work, once)


@router.get(
    "/{completion_id}",
    response_model=Completion,
    operation_id="completions_get",
    **describe(
        parameters=examples.REPORTED,
        headers=[IF_CHANGED],
    ),
)
async def get(
    call: CompletionReads, activity_id: ActivityId, completion_id: CompletionId, request: Request
) -> Response:
    """Read one completion, with the person as reported."""
    found = existing(
        await call.access.run(
            lambda transaction: read_one(transaction, call.access, activity_id, completion_id)
        )
    )
    return not_modified(request, found["version"]) or completion_response(presented(found))


@router.put(
    "/{completion_id}",
    response_model=Completion,
    operation_id="completions_replace",
    **describe(
        body=CompletionContent,
        example=examples.CORRECTION,
        parameters=examples.REPORTED,
        headers=[activity_examples.IF_MATCH],
        problems=_PROBLEMS,
    ),
)
async def replace(
    call: CompletionWrites, activity_id: ActivityId, completion_id: CompletionId, request: Request
) -> Response:
    """Correct a completion; what the body leaves out becomes unanswered. Never creates."""
    document = await read_json(request)

    async def work(book: CompletionBook, service: CompletionService) -> Response:
        await book.load([completion_id], [], lock=True)
        before = service.find(completion_id, call.precondition)
        sent = service.judged(document, before)
        await service.prepare([sent])
        return answer(service.correct(before, sent))

    return await write(call, activity_id, work)


@router.patch(
    "/{completion_id}",
    response_model=Completion,
    operation_id="completions_update",
    **describe(
        body=CompletionPatch,
        example=examples.CHANGE,
        media_types=(MERGE_PATCH, JSON),
        parameters=examples.REPORTED,
        headers=[activity_examples.IF_MATCH_NEEDED],
        problems=(*_PROBLEMS, PRECONDITION_REQUIRED),
    ),
)
async def update(
    call: CompletionWrites, activity_id: ActivityId, completion_id: CompletionId, request: Request
) -> Response:
    """Correct some fields (merge patch): null clears, lists are replaced whole."""
    patch: Any = await read_json(request, (MERGE_PATCH, JSON))

    async def work(book: CompletionBook, service: CompletionService) -> Response:
        await book.load([completion_id], [], lock=True)
        before = service.find(completion_id, call.precondition)
        call.precondition.require()
        content = {name: before[name] for name in CONTENT_FIELDS}
        sent = service.judged(merge(content, patch), before)
        await service.prepare([sent])
        return answer(service.correct(before, sent))

    return await write(call, activity_id, work)


@router.delete(
    "/{completion_id}",
    status_code=204,
    operation_id="completions_delete",
    **describe(parameters=examples.REPORTED, headers=[activity_examples.IF_MATCH]),
)
async def delete(
    call: CompletionWrites, activity_id: ActivityId, completion_id: CompletionId
) -> Response:
    """Delete a completion; its versions remain in its history."""

    async def work(book: CompletionBook, service: CompletionService) -> Response:
        await book.load([completion_id], [], lock=True)
        service.remove(service.find(completion_id, call.precondition))
        return Response(status_code=204)

    return await write(call, activity_id, work)
