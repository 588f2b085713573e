"""Reopening: taking a closing back, for a reason that the history keeps."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from app.activities.problems import NOT_CLOSED, REPORTING_CLOSED
from app.activities.repository import ActivityRepository, Record
from app.auth.access import existing
from app.auth.scopes import Kind
from app.core.errors import ProblemError
from app.core.etag import Precondition
from app.core.fields import Text
from app.core.replies import Part
from app.core.validation import valid
from app.providers.deadlines import is_over, reporting_year

DeadlineFor = Callable[[int], Awaitable[datetime]]
"""Tells the last minute in which a provider reports the activities that ended in a year."""


class ActivityReopening(Part):
    """Why a closed activity is opened again."""

    reason: Annotated[str, Text(1000, multiline=True)] = Field(
        description="Kept in the history of the activity."
    )


async def reopen(  # noqa: PLR0913 - what the deed is judged by, each by its own name
    repository: ActivityRepository,
    activity_id: str,
    document: Any,
    precondition: Precondition,
    *,
    by: Kind,
    now: datetime,
    deadline_for: DeadlineFor,
) -> Record:
    """Reopen a closed activity for the reason in the document; return the record as stored.

    Its status is again what its content derives to. A provider may do so until the
    reporting deadline of the year in which the activity ended, its accreditor always.
    Raises ProblemError: 404, 412, 422 without a reason, 409 `activity.not_closed` or
    `activity.reporting_closed`.
    """
    record = existing(await repository.get_for_deed(activity_id))
    precondition.check(record["version"])
    reason = valid(ActivityReopening, document).reason
    if record["closed_at"] is None:
        raise ProblemError(NOT_CLOSED, "The activity is not closed. Nothing was changed.")
    # Its accreditor is not bound by the deadline.
    if by != "accreditor":
        year = reporting_year(date.fromisoformat(record["end_date"]))
        deadline = await deadline_for(year)
        if is_over(deadline, now):
            raise _too_late(year, deadline)
    return {**record, **await repository.reopen(activity_id, reason)}


def _too_late(year: int, deadline: datetime) -> ProblemError:
    return ProblemError(
        REPORTING_CLOSED,
        f"Providers reported {year} until {deadline:%Y-%m-%d %H:%M %Z}. Only the accreditor "
        "can reopen the activity now. Nothing was changed.",
        members={"deadline": deadline.isoformat()},
    )
