"""The call that reads the change feed."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request, Response

from app.auth.access import Access, ProviderAccess
from app.changes.feed import BEGINNING, Place, read_feed
from app.changes.schemas import ChangeList
from app.core.openapi import describe
from app.core.paging import CURSOR_INVALID, Cursors
from app.core.replies import json_response

MOST_CHANGES: Final = 1000
USUAL_CHANGES: Final = 100

router = APIRouter(prefix="/v1/providers/{provider_id}/changes", tags=["Changes"])

ReadsChanges = Annotated[Access, Depends(ProviderAccess("changes:read"))]


@router.get(
    "",
    response_model=ChangeList,
    operation_id="changes_list",
    **describe(problems=[CURSOR_INVALID]),
)
async def list_changes(
    access: ReadsChanges,
    request: Request,
    since: Annotated[
        str, Query(description="`next_cursor` of the last answer. Empty: from the beginning.")
    ] = "",
    limit: Annotated[
        int, Query(ge=1, le=MOST_CHANGES, description="Changes in one answer at most.")
    ] = USUAL_CHANGES,
) -> Response:
    """Follow what happens to a provider's activities, without missing a change.

    Each answer has a cursor to go on from: at once while `more` is true, else at any time
    later. Every change comes exactly once. Of two changes of one activity the one with
    the higher version is the later one, whichever of them comes first.
    """
    cursors: Cursors = request.app.state.cursors
    selection = {"list": "changes", "provider_id": access.provider_id}
    place = Place(*cursors.decode(since, selection)) if since else BEGINNING
    found = await access.run(lambda transaction: read_feed(access, transaction, place, limit))
    document = {
        "data": found.entries,
        "page": {
            "next_cursor": cursors.encode(found.place, selection),
            "limit": limit,
            "more": found.more,
        },
    }
    return json_response(document)
