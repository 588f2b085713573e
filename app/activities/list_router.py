"""The list of a provider's activities."""

from fastapi import APIRouter, Request, Response

from app.activities.calls import Reads
from app.activities.list_schemas import ActivityList
from app.activities.listing import Lister
from app.activities.listing_filters import one_provider
from app.activities.listing_parameters import AskedList
from app.core.openapi import describe
from app.core.paging import CURSOR_INVALID, link_header

router = APIRouter(prefix="/v1/providers/{provider_id}/activities", tags=["Activities"])


@router.get(
    "",
    response_model=ActivityList,
    operation_id="activities_list",
    **describe(problems=[CURSOR_INVALID]),
)
async def list_activities(call: Reads, asked: AskedList, request: Request) -> Response:
    """List activities, a page at a time, with filters and in any order.

    Rows are summaries; `view=full` gives whole records, and `fields` only some of their
    fields. Where there is another page, `page.next_cursor` and the header `Link` lead
    to it. A record that nobody touches between two pages comes exactly once.
    """
    lister = Lister(
        one_provider(call.access.provider_id), call.boards, call.today, request.app.state.cursors
    )
    page = await call.access.look_recent(lambda values: lister.page(values, asked))
    return Response(
        page.as_json(),
        headers=link_header(request, page.next_cursor),
        media_type="application/json",
    )
