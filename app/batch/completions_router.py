"""The call that writes many completions of one activity."""

from typing import Final

from fastapi import APIRouter, Request, Response

from app.activities.router import ActivityId
from app.batch.answering import answer, explaining
from app.batch.carrying_out import carry_out
from app.batch.completions import NOTHING_TOLD
from app.batch.completions import CompletionBatch as Batch
from app.batch.entries import read_batch
from app.batch.problems import KEY_REPEATED, NOT_SAVED, ONLY_NAMED, TOO_MANY
from app.batch.schemas import CompletionBatch, CompletionBatchResults, SentCompletion
from app.core.database import Transaction
from app.core.etag import SeveralRecords
from app.core.idempotency import OnceOnly
from app.core.openapi import describe
from app.core.replies import json_response
from app.core.request_body import read_json
from app.learners.completion_calls import CompletionWrites
from app.learners.completion_examples import COMPLETION, CONFERENCE

router = APIRouter(
    prefix="/v1/providers/{provider_id}/activities/{activity_id}/completions",
    tags=["Completions"],
)

_EXAMPLE: Final = {
    "atomic": False,
    "records": [
        {"action": "upsert", "completion": COMPLETION},
        {"action": "delete", "completion": {"completion_id": "100000000001"}},
    ],
}


@router.post(
    "/batch",
    response_model=CompletionBatchResults,
    operation_id="completions_batch",
    **describe(
        body=CompletionBatch,
        example=_EXAMPLE,
        parameters=CONFERENCE,
        problems=[TOO_MANY, NOT_SAVED, KEY_REPEATED, ONLY_NAMED],
        responses={207: {"model": CompletionBatchResults, "description": "Some records failed."}},
    ),
)
async def write_batch(
    call: CompletionWrites,
    _several: SeveralRecords,
    once: OnceOnly,
    activity_id: ActivityId,
    request: Request,
) -> Response:
    """Write up to 500 completions of an activity in one call, each with a result of its own.

    A completion is known by the client's own `credit_id`, so that sending it again changes
    nothing. A record that fails is in the way of no other, unless the batch is atomic.
    """
    sent = read_batch(await read_json(request), SentCompletion, "completion")
    batch = Batch(call, activity_id)

    async def work(transaction: Transaction) -> Response:
        outcomes = await carry_out(batch, transaction, sent.entries)
        body, status = answer(
            outcomes, explaining(request), atomic=sent.atomic, nothing=NOTHING_TOLD
        )
        return json_response(body, status)

    return await call.access.run(once(work), save=not call.validate_only)
