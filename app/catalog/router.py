"""The public call that finds an activity to attend."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from app.activities.listing_parameters import Words
from app.activities.schemas import DeliveryMethod, Fee, FormatName, Registration
from app.catalog.reading import Wanted, read_page
from app.core.openapi import describe
from app.core.paging import (
    CURSOR_INVALID,
    USUAL_ROWS,
    CursorAsked,
    Cursors,
    MostAsked,
    link_header,
)
from app.core.replies import ListPage
from app.core.worlds import World, clock_of
from app.providers.opening import public_world
from app.reference.board_catalogue import BoardCatalogue

router = APIRouter(prefix="/v1/catalog/activities", tags=["Directory"])

_KEPT = {"Cache-Control": "public, max-age=300", "Vary": "Authorization"}


class CatalogEntry(BaseModel):
    """An activity that its provider lists, as a learner looks at it."""

    activity_id: str
    provider_id: str
    provider_name: str
    title: str
    format: FormatName
    start_date: date
    end_date: date
    delivery_methods: list[DeliveryMethod]
    location: str | None
    city: str | None
    state: str | None
    country: str | None
    credits: float = Field(description="AMA PRA Category 1 Credit.")
    description: str
    fee: Fee
    registration: Registration
    url: str
    moc_boards: list[str] = Field(description="Boards that recognize it, by their codes.")


class Catalog(BaseModel):
    """A page of the catalog."""

    data: list[CatalogEntry]
    page: ListPage


@router.get(
    "",
    response_model=Catalog,
    operation_id="catalog_list",
    **describe(public=True, problems=[CURSOR_INVALID]),
)
async def list_catalog(  # noqa: PLR0913 - each is a parameter in the URL
    request: Request,
    *,
    q: Annotated[
        str | None,
        Query(min_length=1, max_length=200, description="A part of the title or description."),
    ] = None,
    format_name: Annotated[
        FormatName | None, Query(alias="format", description="Only activities of this format.")
    ] = None,
    state: Annotated[
        str | None,
        Query(min_length=1, max_length=100, description="The state it is held in, such as CA."),
    ] = None,
    moc_board: Annotated[
        str | None, Query(min_length=1, max_length=20, description="A board's code.")
    ] = None,
    limit: MostAsked = USUAL_ROWS,
    cursor: CursorAsked = "",
) -> Response:
    """List Active activities that are open to be found, those that end first coming first.

    No key is needed. Nothing is said of support, learners or what a record still lacks. In a
    large catalog a page may end before it is full, or empty: `page.next_cursor` goes on.
    """
    cursors: Cursors = request.app.state.cursors
    selection = {"list": "catalog", "of": [q, format_name, state, moc_board]}
    behind = tuple(cursors.decode(cursor, selection)) if cursor else None
    wanted = Wanted(q, format_name, state, moc_board)
    today = clock_of(request).today()
    world = await public_world(request)
    words = Words()
    words.one("moc_board", moc_board, await world.part(BoardCatalogue).boards())
    words.insist()
    found = await world.database.read_recent(
        None, lambda transaction: read_page(transaction, wanted, today, behind, limit)
    )
    next_cursor = cursors.encode(found.behind, selection) if found.behind else None
    page = ListPage(next_cursor=next_cursor, limit=limit)
    documents = ",".join(found.documents)
    return Response(
        f'{{"data":[{documents}],"page":{page.model_dump_json()}}}',
        headers={**kept(world), **link_header(request, next_cursor)},
        media_type="application/json",
    )


def kept(world: World) -> dict[str, str]:
    """Return for how long a page may be kept; what the sandbox shows is gone with a reset."""
    return _KEPT if world.mode == "live" else {}
