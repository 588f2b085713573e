"""The public call that finds a provider and whom to ask there."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from app.contacts import directory
from app.core.openapi import describe
from app.core.paging import CURSOR_INVALID, USUAL_ROWS, AskedPage, CursorAsked, MostAsked
from app.core.replies import ListPage
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
    asked = AskedPage(request, limit, cursor, {"list": "directory", "q": q})
    after = tuple(asked.behind) if asked.behind else None
    world = await public_world(request)
    entries = await world.database.read_recent(
        None, lambda transaction: directory.page(transaction, q, after, asked.most)
    )
    return asked.answer(
        entries, lambda entry: [entry["name"], entry["provider_id"]], directory.present
    )
