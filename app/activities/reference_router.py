"""The public calls on what the records' fields may hold and what each status needs."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Request, Response
from pydantic import Field

from app.activities.formats import FORMATS
from app.activities.requirement_document import requirement_rows
from app.activities.schemas import StatusName
from app.activities.value_lists import ACTIVITY_LISTS
from app.core.errors import ProblemError, declare
from app.core.nearest import nearest
from app.reference.lists import LISTS
from app.reference.publishing import described, published
from app.reference.schemas import ListLink, Published, ReferenceIndex, Values

UNKNOWN_LIST = declare(
    "reference.unknown",
    404,
    "There is no such reference list",
    "Take a list from /v1/reference; `did_you_mean` names the nearest.",
)

VALUE_LISTS: Final = {row.name: row for row in (*ACTIVITY_LISTS, *LISTS)}
INDEX: Final = ReferenceIndex(
    data=[
        ListLink(name=name, title=title, href=href)
        for name, title, href in (
            ("formats", "Formats of activities", "/v1/reference/formats"),
            ("requirements", "What each status needs", "/v1/reference/requirements"),
            ("moc-boards", "Certifying boards", "/v1/moc-boards"),
            *((row.name, row.title, f"/v1/reference/{row.name}") for row in VALUE_LISTS.values()),
        )
    ]
)

router = APIRouter(prefix="/v1/reference", tags=["Reference"])

ListName = Annotated[
    str, Path(description="A list's name.", json_schema_extra={"enum": sorted(VALUE_LISTS)})
]


class FormatDetail(Published):
    """A kind of activity, with the help a person needs to report it."""

    code: str
    name: str
    max_period: str = Field(description="How long one record may run, in words.")
    max_years: int
    delivery_methods: list[str] = Field(description="Empty when the format has none.")
    legacy_codes: list[str]
    unit: str = Field(description="What one record stands for.")
    credit: str = Field(description="What its credits are the sum of.")
    counting: str = Field(description="Who is counted as a learner, and how often.")


class FormatDetails(Published):
    """All formats."""

    data: list[FormatDetail]


class RequirementRow(Published):
    """One thing that a record needs from a status on."""

    code: str
    blocks: StatusName = Field(description="The first status that is not reached without it.")
    only_for_this_status: bool = Field(description="True when later statuses do not need it.")
    pointer: str = Field(description="JSON pointer to the field; {i} is a place in a list.")
    each: str | None = Field(description="What it is needed for each of, if for several.")
    needed_when: str
    text: str = Field(description="What to do.")
    source: str


class RequirementTable(Published):
    """What each status needs, by status, in the order of the record's fields."""

    data: list[RequirementRow]


FORMAT_DETAILS: Final = FormatDetails(
    data=[FormatDetail.model_validate(row) for row in FORMATS.values()]
)

REQUIREMENT_TABLE: Final = RequirementTable(
    data=[RequirementRow.model_validate(row) for row in requirement_rows()]
)


@router.get(
    "",
    response_model=ReferenceIndex,
    operation_id="reference_list",
    **described(),
)
async def list_lists(request: Request) -> Response:
    """List where formats, requirements, boards and the values of every field are found."""
    return published(request, INDEX)


@router.get(
    "/formats",
    response_model=FormatDetails,
    operation_id="reference_formats",
    **described(),
)
async def read_formats(request: Request) -> Response:
    """Read each format's longest period, delivery methods, and how its learners are counted."""
    return published(request, FORMAT_DETAILS)


@router.get(
    "/requirements",
    response_model=RequirementTable,
    operation_id="reference_requirements",
    **described(),
)
async def read_requirements(request: Request) -> Response:
    """Read the requirement table, from which status and `missing` of every record are made."""
    return published(request, REQUIREMENT_TABLE)


@router.get(
    "/{list_name}",
    response_model=Values,
    operation_id="reference_get",
    **described({"list_name": "countries"}, [UNKNOWN_LIST]),
)
async def read_list(request: Request, list_name: ListName) -> Response:
    """Read the values that a field may take, with the names that people read."""
    found = VALUE_LISTS.get(list_name)
    if found is None:
        known = [link.name for link in INDEX.data]
        raise ProblemError(
            UNKNOWN_LIST,
            f"The lists are {', '.join(known)}.",
            members={"did_you_mean": list(nearest(list_name, known))},
        )
    return published(request, Values.of(found))
