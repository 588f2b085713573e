"""The query parameters of a list of activities: how they are sent, and how they are read."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Annotated, Final, Literal

from fastapi import Depends, Query

from app.activities.calls import Reads
from app.activities.formats import FORMATS
from app.activities.listing_filters import Filter
from app.activities.listing_sql import SORTS, SUMMARY_COLUMNS, Sort
from app.activities.schemas import Activity
from app.activities.status import Status
from app.activities.status_sql import ROW_OF_CODE
from app.activities.warning_rules import WARNING_RULES
from app.core.errors import MOST_VIOLATIONS, Violation
from app.core.fields import IsoDate
from app.core.fields.dates import FIRST_DAY, LAST_DAY
from app.core.nearest import nearest
from app.core.paging import USUAL_ROWS, MostAsked
from app.core.parameters import PARAMETER_INVALID, refused
from app.core.violations import shown

SortName = Literal[
    "-updated_at",
    "updated_at",
    "-created_at",
    "created_at",
    "-start_date",
    "start_date",
    "-end_date",
    "end_date",
    "-title",
    "title",
    "-internal_id",
    "internal_id",
]
LATEST_FIRST: Final = "-updated_at"

_RECORD_FIELDS: Final = tuple(name for name in Activity.model_fields if name != "meta")
_FIELDS_OF_VIEW: Final = {"summary": tuple(SUMMARY_COLUMNS), "full": _RECORD_FIELDS}
STATUSES: Final = tuple(status.value for status in Status)

StatusesAsked = Annotated[
    str | None, Query(description=f"One or more, with commas: {', '.join(STATUSES)}.")
]
FormatsAsked = Annotated[
    str | None, Query(alias="format", description="One or more formats, with commas between them.")
]
YearAsked = Annotated[
    int | None,
    Query(
        ge=FIRST_DAY.year,
        le=LAST_DAY.year,
        description="Activities of which at least a day lies in this calendar year.",
    ),
]


@dataclass(frozen=True, slots=True)
class ListRequest:
    """A list that is asked for: which rows, in which order, and how much of each."""

    wanted: Filter
    sort_name: str
    limit: int
    cursor: str
    whole: bool
    fields: tuple[str, ...] | None
    count: bool

    @property
    def sort(self) -> Sort:
        """Return the order of the list."""
        return SORTS[self.sort_name]


@dataclass(frozen=True, slots=True)
class Words:
    """Reads parameters that choose from known words, and keeps what is wrong with them."""

    violations: list[Violation] = field(default_factory=list)

    def one(self, name: str, sent: str | None, known: Iterable[str]) -> str | None:
        """Return the one word that was sent."""
        return None if sent is None else self._known(name, sent, tuple(known))

    def chosen(self, name: str, sent: str | None, known: Iterable[str]) -> tuple[str, ...] | None:
        """Return the words that were sent with commas, each once and in one order."""
        if sent is None:
            return None
        allowed = tuple(known)
        words = {self._known(name, word, allowed) for word in sent.split(",")}
        return tuple(word for word in allowed if word in words)

    def insist(self) -> None:
        """Raise 400 when a word was not known."""
        if self.violations:
            raise refused(self.violations)

    def _known(self, name: str, word: str, known: tuple[str, ...]) -> str:
        # One more than is shown tells that there were more; no more are compared with the known.
        if word not in known and len(self.violations) <= MOST_VIOLATIONS:
            near = nearest(word, known)
            hint = f"Did you mean {near[0]}? " if near else ""
            message = f"{hint}{name} takes {', '.join(known)}."
            value = shown(word)
            self.violations.append(Violation(PARAMETER_INVALID, f"?{name}", message, value, near))
        return word


async def list_request(  # noqa: PLR0913 - each is a parameter in the URL
    call: Reads,
    *,
    status: StatusesAsked = None,
    format_name: FormatsAsked = None,
    internal_id: Annotated[
        str | None,
        Query(min_length=1, max_length=100, description="The provider's own code, exactly."),
    ] = None,
    start_from: Annotated[
        IsoDate | None, Query(description="Activities that start on this day or later.")
    ] = None,
    start_to: Annotated[
        IsoDate | None, Query(description="Activities that start on this day or before.")
    ] = None,
    end_from: Annotated[
        IsoDate | None, Query(description="Activities that end on this day or later.")
    ] = None,
    end_to: Annotated[
        IsoDate | None, Query(description="Activities that end on this day or before.")
    ] = None,
    year: YearAsked = None,
    missing: Annotated[
        str | None,
        Query(
            description="A requirement's code, such as `moc.url`: activities, not closed, that "
            "lack it on their way to Closed."
        ),
    ] = None,
    warning: Annotated[
        str | None,
        Query(description="A warning's code, such as `learners.none`: activities that show it."),
    ] = None,
    moc_board: Annotated[
        str | None, Query(description="The code of a board the activity is registered with.")
    ] = None,
    q: Annotated[
        str | None,
        Query(
            min_length=1,
            max_length=200,
            description="Text that the title or the internal id contains, in any case.",
        ),
    ] = None,
    sort: Annotated[
        SortName,
        Query(
            description="The order; `-` for descending. Equal values are ordered by activity_id, "
            "and no internal id comes before all others."
        ),
    ] = LATEST_FIRST,
    limit: MostAsked = USUAL_ROWS,
    cursor: Annotated[
        str,
        Query(
            description="`next_cursor` of the page before, with the same filters and sort. "
            "Empty: the first page."
        ),
    ] = "",
    view: Annotated[
        Literal["summary", "full"], Query(description="`full` gives whole records.")
    ] = "summary",
    fields: Annotated[
        str | None,
        Query(description="Only these top-level fields of each row, with commas between them."),
    ] = None,
    count: Annotated[
        Literal["exact"] | None,
        Query(description="`exact` adds the number of all rows as `page.total`."),
    ] = None,
) -> ListRequest:
    """Read what is asked of the list; raise 400 with every word that is not known."""
    words = Words()
    request = ListRequest(
        wanted=Filter(
            status=words.chosen("status", status, STATUSES),
            format=words.chosen("format", format_name, FORMATS),
            internal_id=internal_id,
            start_from=start_from,
            start_to=start_to,
            end_from=end_from,
            end_to=end_to,
            year=year,
            missing=words.one("missing", missing, ROW_OF_CODE),
            warning=words.one("warning", warning, WARNING_RULES),
            moc_board=words.one("moc_board", moc_board, call.boards),
            q=q,
        ),
        sort_name=sort,
        limit=limit,
        cursor=cursor,
        whole=view == "full",
        fields=words.chosen("fields", fields, _FIELDS_OF_VIEW[view]),
        count=count == "exact",
    )
    words.insist()
    return request


async def picked_fields(
    fields: Annotated[
        str | None,
        Query(description="Only these top-level fields, with commas between them."),
    ] = None,
) -> tuple[str, ...] | None:
    """Read which fields of one record are asked for; raise 400 for those that no record has."""
    words = Words()
    picked = words.chosen("fields", fields, _RECORD_FIELDS)
    words.insist()
    return picked


PickedFields = Annotated[tuple[str, ...] | None, Depends(picked_fields)]
AskedList = Annotated[ListRequest, Depends(list_request)]
