"""Learner totals on the wire."""

from typing import Annotated

from pydantic import Field

from app.activities.schemas import EmptyWhenNull, Learners, WarningItem
from app.core.fields import Count, IsoDate
from app.core.replies import Part, WriteOutcome, after_a_write


class LearnerSnapshot(Part):
    """Cumulative counts at the end of a year."""

    as_of: IsoDate = Field(description="December 31 of a year of the activity.")
    physicians: Count
    others: Count


class LearnerTotals(Learners):
    """Learner counts, and for enduring material what they were at the end of each year."""

    snapshots: Annotated[list[LearnerSnapshot], Field(max_length=50), EmptyWhenNull] = Field(
        default=[], description="Only for enduring material."
    )


class LearnerIncrement(Part):
    """What a year added to the counts. Negative where a cumulative count fell."""

    year: int
    since: IsoDate | None = Field(description="The earlier count; null: the start.")
    as_of: IsoDate | None = Field(description="The later count; null: the counts as they stand.")
    physicians: int | None
    others: int | None


class ActivityLearnerTotals(LearnerTotals):
    """The learner totals of an activity, and how they are to be understood."""

    activity_id: str
    increments: list[LearnerIncrement] = Field(
        description="By year, for enduring material, whose counts are cumulative."
    )
    counting: str = Field(description="How the format of this activity counts learners.")
    warnings: list[WarningItem] = Field(description="Those of the whole activity.")
    version: int = Field(description="The version of the activity.")
    meta: WriteOutcome | None = after_a_write()
