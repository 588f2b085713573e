"""The list of activities across all providers of an accreditor."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request, Response

from app.activities.formats import FORMATS
from app.activities.list_schemas import AccreditorActivityList
from app.activities.listing import Lister
from app.activities.listing_filters import PROVIDERS, Filter, Scope, one_provider
from app.activities.listing_parameters import (
    LATEST_FIRST,
    STATUSES,
    FormatsAsked,
    ListRequest,
    SortName,
    StatusesAsked,
    Words,
    YearAsked,
)
from app.activities.listing_sql import SUMMARY_COLUMNS
from app.auth.gates import AccreditorAccess, AcrossProviders
from app.core.openapi import describe
from app.core.paging import CURSOR_INVALID, USUAL_ROWS, CursorAsked, MostAsked, link_header
from app.core.worlds import clock_of, world_of
from app.reference.board_catalogue import BoardCatalogue

router = APIRouter(prefix="/v1/activities", tags=["Accreditors"])

Reads = Annotated[AccreditorAccess, Depends(AcrossProviders("activities:read"))]

_ROW: Final = ("provider_id", *SUMMARY_COLUMNS)
_EACH: Final = f"SELECT p.provider_id FROM providers p WHERE p.accreditor_id = {PROVIDERS}"  # noqa: S608 - own text
_OF_ACCREDITOR: Final = f"a.provider_id IN ({_EACH})"


def across(accreditor_id: str) -> Scope:
    """Return the scope of an accreditor that looks at all providers that report to it."""
    return Scope(_OF_ACCREDITOR, accreditor_id, _EACH)


async def asked_across(  # noqa: PLR0913 - each is a parameter in the URL
    *,
    status: StatusesAsked = None,
    format_name: FormatsAsked = None,
    year: YearAsked = None,
    sort: Annotated[SortName, Query(description="The order; `-` for descending.")] = LATEST_FIRST,
    limit: MostAsked = USUAL_ROWS,
    cursor: CursorAsked = "",
) -> ListRequest:
    """Read what is asked of the list; raise 400 with every word that is not known."""
    words = Words()
    request = ListRequest(
        wanted=Filter(
            status=words.chosen("status", status, STATUSES),
            format=words.chosen("format", format_name, FORMATS),
            year=year,
        ),
        sort_name=sort,
        limit=limit,
        cursor=cursor,
        whole=False,
        fields=_ROW,
        count=False,
    )
    words.insist()
    return request


@router.get(
    "",
    response_model=AccreditorActivityList,
    operation_id="activities_list_across",
    **describe(problems=[CURSOR_INVALID]),
)
async def list_activities(
    access: Reads,
    asked: Annotated[ListRequest, Depends(asked_across)],
    request: Request,
    provider: Annotated[
        str | None, Query(description="Only this provider; seven digits.", pattern="^[0-9]{7}$")
    ] = None,
) -> Response:
    """List the activities of all providers that report to the accreditor.

    Rows are summaries with the provider in front. A provider that reports to another
    accreditor has no rows here. Of many activities a page with filters may end before it is
    full, or empty: `page.next_cursor` goes on.
    """
    scope = one_provider(provider) if provider is not None else across(access.accreditor_id)
    boards = await world_of(request).part(BoardCatalogue).boards()
    lister = Lister(scope, boards, clock_of(request).today(), request.app.state.cursors)
    page = await access.read_recent(lambda transaction: lister.page(transaction.driver, asked))
    return Response(
        page.as_json(),
        headers=link_header(request, page.next_cursor),
        media_type="application/json",
    )
