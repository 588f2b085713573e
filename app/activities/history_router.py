"""The call that reads the history of an activity."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.activities.calls import Reads, record_response
from app.activities.history_reading import HistoryEntry, HistoryRepository
from app.activities.history_reading_schemas import HistoryPage
from app.activities.history_reading_versions import VERSION_UNKNOWN, as_it_was
from app.activities.presenting import present
from app.activities.router import ActivityId
from app.activities.schemas import Activity
from app.auth.access import not_found
from app.core.openapi import describe
from app.core.paging import CURSOR_INVALID, USUAL_ROWS, AskedPage, CursorAsked, MostAsked
from app.core.worlds import clock_of

router = APIRouter(prefix="/v1/providers/{provider_id}/activities", tags=["Activities"])


@router.get(
    "/{activity_id}/history",
    response_model=HistoryPage | Activity,
    operation_id="activities_history",
    **describe(problems=[CURSOR_INVALID, VERSION_UNKNOWN]),
)
async def read_history(  # noqa: PLR0913 - each is a parameter of the call
    *,
    call: Reads,
    activity_id: ActivityId,
    request: Request,
    version: Annotated[
        int | None,
        Query(ge=1, le=2**31 - 1, description="Answer with the record as it was at this version."),
    ] = None,
    limit: MostAsked = USUAL_ROWS,
    cursor: CursorAsked = "",
) -> Response:
    """Read who changed what of an activity and when, the oldest change first.

    With `version` the answer is the record as it was then, with the status it had on the
    day of that change. The history of a deleted activity remains.
    """
    if version is not None:
        return await _record_at(call, activity_id, version, request)
    asked = AskedPage(
        request,
        limit,
        cursor,
        {"list": "history", "provider_id": call.access.provider_id, "activity_id": activity_id},
    )
    after: int = asked.behind[0] if asked.behind else 0
    entries = await call.access.run(
        lambda transaction: HistoryRepository(call.access, transaction).page(
            activity_id, after, asked.most
        )
    )
    if not entries and not cursor:
        raise not_found()
    return asked.answer(entries, lambda entry: [entry.version], HistoryEntry.as_document)


async def _record_at(call: Reads, activity_id: str, version: int, request: Request) -> Response:
    entries: list[HistoryEntry] = await call.access.run(
        lambda transaction: HistoryRepository(call.access, transaction).up_to(activity_id, version)
    )
    record = as_it_was(call.access.provider_id, activity_id, version, entries)
    day = entries[-1].at.astimezone(clock_of(request).reporting_zone).date()
    return record_response(present(record, call.boards, day))
