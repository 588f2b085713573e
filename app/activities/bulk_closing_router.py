"""The call that closes many activities."""

from typing import Final

from fastapi import APIRouter, Request, Response

from app.activities import bulk_closing
from app.activities.bulk_closing_schemas import BulkCloseResults, BulkClosing
from app.activities.calls import Closes
from app.core.database import Transaction
from app.core.etag import SeveralRecords
from app.core.idempotency import OnceOnly
from app.core.openapi import describe
from app.core.paging import CURSOR_INVALID, Cursors
from app.core.replies import json_response
from app.core.request_body import read_json
from app.core.validation import valid

router = APIRouter(prefix="/v1/providers/{provider_id}/activities", tags=["Activities"])

_EXAMPLE: Final = {"filter": {"status": "ready_to_close"}, "dry_run": True}


@router.post(
    "/close",
    response_model=BulkCloseResults,
    operation_id="activities_close_many",
    **describe(
        body=BulkClosing,
        example=_EXAMPLE,
        problems=[CURSOR_INVALID],
        responses={207: {"model": BulkCloseResults, "description": "Some cannot be closed."}},
    ),
)
async def close_many(
    call: Closes, _several: SeveralRecords, once: OnceOnly, request: Request
) -> Response:
    """Close the activities that a filter selects, as far as they are complete.

    At most 500 are looked at in one call; where there are more, `page.next_cursor` leads
    on. Of each the answer says whether it was closed, or everything that it lacks.
    """
    asked = valid(BulkClosing, await read_json(request))
    cursors: Cursors = request.app.state.cursors
    selection = {
        "list": "close",
        "provider_id": call.access.provider_id,
        "filter": asked.filter.model_dump(mode="json"),
    }
    behind: str = cursors.decode(asked.cursor, selection)[0] if asked.cursor else ""
    closing = bulk_closing.BulkClosing(call.access, call.boards, call.today, asked.dry_run)

    async def work(transaction: Transaction) -> Response:
        selected = await closing.select(transaction, asked.filter, behind)
        ids = selected[: bulk_closing.MOST_AT_ONCE]
        results = await closing.close_all(transaction, ids)
        for named in dict.fromkeys(asked.filter.activity_ids or ()):
            if named not in ids:
                results.append(bulk_closing.not_selected(named))
        more = len(selected) > len(ids)
        counted = bulk_closing.counts(results)
        document = {
            "dry_run": asked.dry_run,
            "results": results,
            "counts": counted,
            "page": {
                "next_cursor": cursors.encode([ids[-1]], selection) if more else None,
                "limit": bulk_closing.MOST_AT_ONCE,
            },
        }
        left_open = counted["not_ready"] + counted["not_selected"]
        return json_response(document, 207 if left_open else 200)

    save = not (call.validate_only or asked.dry_run)
    return await call.access.run(once(work), save=save)
