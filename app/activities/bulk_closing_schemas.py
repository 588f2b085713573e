"""Closing many activities, on the wire."""

from typing import Annotated, Final, Literal, get_args

from pydantic import Field

from app.activities.schemas import FormatName, MissingItem, StatusName
from app.core.fields.dates import FIRST_DAY, LAST_DAY
from app.core.replies import ListPage, Part

BulkCloseResult = Literal["closed", "closable", "not_ready", "already_closed", "not_selected"]
BULK_CLOSE_RESULTS: Final[tuple[BulkCloseResult, ...]] = get_args(BulkCloseResult)


class BulkCloseFilter(Part):
    """Which activities are to be closed. `{}` selects all that are ready to close."""

    year: Annotated[int, Field(ge=FIRST_DAY.year, le=LAST_DAY.year)] | None = Field(
        default=None, description="Activities of which at least a day lies in this calendar year."
    )
    format: FormatName | None = None
    status: StatusName | None = Field(
        default="ready_to_close",
        description="Null selects every status, to see what all of them lack.",
    )
    activity_ids: Annotated[list[str], Field(max_length=500)] | None = Field(
        default=None, description="Only these activities, at most 500."
    )


class BulkClosing(Part):
    """A call that closes the activities which a filter selects, 500 at a time."""

    # Without a default: closing everything is said, never left unsaid.
    filter: BulkCloseFilter
    dry_run: bool = Field(default=False, description="Tell what would happen and close nothing.")
    cursor: str | None = Field(
        default=None, description="`next_cursor` of the answer before, with the same filter."
    )


class BulkClosed(Part):
    """What became of one activity."""

    activity_id: str
    internal_id: str | None
    title: str | None
    result: BulkCloseResult = Field(
        description="`closable` in a dry run; `not_selected` was named but has another status, "
        "format or year, or is not there."
    )
    etag: str | None
    missing: list[MissingItem] = Field(description="What an activity that is not ready lacks.")


class BulkCloseCounts(Part):
    """How many activities came to each result."""

    closed: int
    closable: int
    not_ready: int
    already_closed: int
    not_selected: int


class BulkCloseResults(Part):
    """What became of each activity that was selected."""

    dry_run: bool
    results: list[BulkClosed]
    counts: BulkCloseCounts
    page: ListPage
