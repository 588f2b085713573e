"""What each year added to counts that are cumulative."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.activities.surroundings import Snapshot


@dataclass(frozen=True, slots=True)
class Increment:
    """The learners that came between two counts.

    `since` is the day of the earlier count, None for the start of the activity; `as_of` is
    the day of the later one, None for the counts as they stand now. A year without a
    snapshot is contained in the next year that has one.
    """

    year: int
    since: date | None
    as_of: date | None
    physicians: int | None
    others: int | None

    def as_document(self) -> dict[str, Any]:
        """Return the entry of `increments`."""
        return {
            "year": self.year,
            "since": self.since and self.since.isoformat(),
            "as_of": self.as_of and self.as_of.isoformat(),
            "physicians": self.physicians,
            "others": self.others,
        }


def increments(
    snapshots: Sequence[Snapshot],
    *,
    physicians: int | None,
    others: int | None,
    running_year: int,
) -> list[Increment]:
    """Return what each year added, in order of the years.

    The snapshots come by their days. The counts as they stand belong to `running_year`,
    unless that year has its snapshot already. Where a count fell, the increment is below 0.
    """
    added = []
    since: date | None = None
    before = (0, 0)
    for snapshot in snapshots:
        counts = (snapshot.physicians, snapshot.others)
        grown = [after - earlier for earlier, after in zip(before, counts, strict=True)]
        added.append(Increment(snapshot.as_of.year, since, snapshot.as_of, *grown))
        since, before = snapshot.as_of, counts
    if (since is None or since.year < running_year) and (physicians, others) != (None, None):
        grown_now = [
            None if now is None else now - earlier
            for earlier, now in zip(before, (physicians, others), strict=True)
        ]
        added.append(Increment(running_year, since, None, *grown_now))
    return added
