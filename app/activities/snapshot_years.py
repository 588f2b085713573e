"""The years of which an activity has counted its learners: its period and format keep them.

A snapshot is judged when it is sent. A period that moved away from it would leave counts of
a year in which there was nothing to count, and another format counts no years at all.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from app.activities.formats import ENDURING_MATERIAL
from app.activities.surroundings import surroundings_of
from app.core.errors import Violation, declare

OUTSIDE_ACTIVITY = declare(
    "learners.snapshot_outside_activity",
    422,
    "The activity did not run in the year of the snapshot",
    "Send one snapshot for each year of the activity, from its start to its end; before the"
    " activity leaves a year, take the snapshot of that year back.",
)
NOT_APPLICABLE = declare(
    "learners.snapshots_not_applicable",
    422,
    "The format does not count over the years",
    "Leave the snapshots out, and take those back that there are before the format changes; only"
    " enduring material counts its learners from year to year.",
)
PASSAGE: Final = "PARS FAQ: enduring materials, learner counts"
_PERIOD: Final = ("start_date", "end_date")


def years_left(current: Mapping[str, Any], content: Mapping[str, Any]) -> list[Violation]:
    """Return where a new format, start or end leaves a year of a stored record's snapshots."""
    if all(content[name] == current[name] for name in ("format", *_PERIOD)):
        return []
    days = [row.as_of for row in surroundings_of(current).snapshots]
    if days and content["format"] != ENDURING_MATERIAL:
        message = (
            f"Learners were counted as of {' and '.join(map(str, days))}, and {content['format']}"
            " is not counted over the years; take that out of its learner totals first."
        )
        return [Violation(NOT_APPLICABLE, "/format", message, content["format"], source=PASSAGE)]
    start, end = (date.fromisoformat(content[name]) for name in _PERIOD)
    left = {
        "start_date": [str(day) for day in days if day.year < start.year],
        "end_date": [str(day) for day in days if day.year > end.year],
    }
    return [
        Violation(
            OUTSIDE_ACTIVITY,
            f"/{name}",
            f"Learners were counted as of {' and '.join(counted)}, and the activity would run from"
            f" {start} to {end}; take that out of its learner totals first.",
            content[name],
            source=PASSAGE,
        )
        for name, counted in left.items()
        if counted
    ]
