"""The call that writes many activities."""

from typing import Final

from fastapi import APIRouter, Request, Response

from app.activities.calls import Writes
from app.auth.access import require_scope
from app.batch.activities import NOTHING_TOLD
from app.batch.activities import ActivityBatch as Batch
from app.batch.answering import answer, explaining
from app.batch.carrying_out import carry_out
from app.batch.entries import read_batch
from app.batch.problems import KEY_REPEATED, NOT_SAVED, ONLY_NAMED, TOO_MANY
from app.batch.schemas import ActivityBatch, ActivityBatchResults, SentActivity
from app.core.database import Transaction
from app.core.etag import SeveralRecords
from app.core.idempotency import OnceOnly
from app.core.openapi import describe
from app.core.replies import json_response
from app.core.request_body import read_json

router = APIRouter(prefix="/v1/providers/{provider_id}/activities", tags=["Activities"])

_EXAMPLE: Final = {
    "atomic": False,
    "records": [
        {
            "action": "upsert",
            "activity": {
                "internal_id": "JC-ICU-2027",
                "title": "Journal Club of the Intensive Care Unit",
                "format": "journal_cme",
                "start_date": "2027-01-01",
                "end_date": "2027-12-31",
            },
        },
        {"action": "close", "activity": {"activity_id": "100000009"}},
        {
            "action": "delete",
            "activity": {
                "format": "live_course",
                "start_date": "2026-03-14",
                "internal_id": "LC-CALLED-OFF",
            },
        },
    ],
}


@router.post(
    "/batch",
    response_model=ActivityBatchResults,
    operation_id="activities_batch",
    **describe(
        body=ActivityBatch,
        example=_EXAMPLE,
        problems=[TOO_MANY, NOT_SAVED, KEY_REPEATED, ONLY_NAMED],
        responses={207: {"model": ActivityBatchResults, "description": "Some records failed."}},
    ),
)
async def write_batch(
    call: Writes, _several: SeveralRecords, once: OnceOnly, request: Request
) -> Response:
    """Write up to 500 activities in one call, each with a result of its own.

    A record that fails is in the way of no other, unless the batch is atomic: then the
    answer is 422 when any record fails, and nothing is saved. Two records about the same
    activity cannot stand in one batch; the second one fails.
    """
    sent = read_batch(await read_json(request), SentActivity, "activity")
    if any(entry.action == "close" for entry in sent.entries):
        require_scope(call.access.principal, "activities:close")
    batch = Batch(call.access, call.boards, call.today)

    async def work(transaction: Transaction) -> Response:
        outcomes = await carry_out(batch, transaction, sent.entries)
        body, status = answer(
            outcomes, explaining(request), atomic=sent.atomic, nothing=NOTHING_TOLD
        )
        return json_response(body, status)

    return await call.access.run(once(work), save=not call.validate_only)
