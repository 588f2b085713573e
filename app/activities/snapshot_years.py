"""The years of which an activity has counted its learners: its period keeps them.

A snapshot is judged when it is sent. A period that moved away from it would leave counts of
a year in which there was nothing to count.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from app.activities.surroundings import surroundings_of
from app.core.errors import Violation, declare

OUTSIDE_ACTIVITY = declare(
    "learners.snapshot_outside_activity",
    422,
    "The activity did not run in the year of the snapshot",
    "Send one snapshot for each year of the activity, from its start to its end; before the"
    " activity leaves a year, take the snapshot of that year back.",
)
PASSAGE: Final = "PARS FAQ: enduring materials, learner counts"
_PERIOD: Final = ("start_date", "end_date")


def years_left(current: Mapping[str, Any], content: Mapping[str, Any]) -> list[Violation]:
    """Return where a new start or end leaves a year of a stored record's snapshots."""
    if all(content[name] == current[name] for name in _PERIOD):
        return []
    days = [row.as_of for row in surroundings_of(current).snapshots]
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
