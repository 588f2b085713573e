"""The public call that finds a provider and whom to ask there."""

from typing import Annotated, Any, cast

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from app.contacts import directory
from app.core.openapi import describe
from app.core.paging import (
    CURSOR_INVALID,
    USUAL_ROWS,
    CursorAsked,
    Cursors,
    MostAsked,
    link_header,
    page_document,
)
from app.core.replies import ListPage, json_response
from app.providers.opening import public_world

router = APIRouter(prefix="/v1/directory", tags=["Directory"])


class PublishedContact(BaseModel):
    """The person who answers the public."""

    given_name: str
    family_name: str
    email: str
    phone: str | None


class DirectoryEntry(BaseModel):
    """A provider in the directory."""

    provider_id: str
    name: str
    city: str | None
    state: str | None
    contact: PublishedContact | None = Field(
        description="The website contact, or the primary one where there is none."
    )


class Directory(BaseModel):
    """A page of the directory, by name."""

    data: list[DirectoryEntry]
    page: ListPage


@router.get(
    "",
    response_model=Directory,
    operation_id="directory_list",
    **describe(public=True, problems=[CURSOR_INVALID]),
)
async def list_directory(
    request: Request,
    q: Annotated[
        str | None, Query(min_length=1, max_length=100, description="A part of the name.")
    ] = None,
    limit: MostAsked = USUAL_ROWS,
    cursor: CursorAsked = "",
) -> Response:
    """List the providers by name with the contact that each publishes. No key is needed."""
    cursors: Cursors = request.app.state.cursors
    selection = {"list": "directory", "q": q}
    after = tuple(cursors.decode(cursor, selection)) if cursor else None
    world = await public_world(request)
    entries = await world.database.read_recent(
        None,
        lambda transaction: directory.page(
            transaction, q, limit, cast("directory.NameKey | None", after)
        ),
    )
    rows: list[dict[str, Any]] = [directory.present(entry) for entry in entries[:limit]]
    next_cursor = (
        cursors.encode([rows[-1]["name"], rows[-1]["provider_id"]], selection)
        if len(entries) > limit
        else None
    )
    document = page_document(rows, next_cursor, limit)
    return json_response(document, headers=link_header(request, next_cursor))
