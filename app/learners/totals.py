"""The learner totals of an activity: the counts, and what they were at the end of each year."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from app.activities.formats import ENDURING_MATERIAL, FORMATS
from app.activities.history import Change
from app.activities.parts import Alongside
from app.activities.repository import Record
from app.activities.surroundings import Snapshot, surroundings_of
from app.core.database import Transaction
from app.core.read_only import is_same
from app.learners.increments import increments

SNAPSHOTS_POINTER: Final = "/learners/snapshots"

# $1 provider, $2 activity, $3 days, $4 physicians and $5 others of each
_STORE: Final = """
WITH left_out AS (
    DELETE FROM learner_snapshots
    WHERE provider_id = $1 AND activity_id = $2 AND as_of <> ALL ($3::date[])
)
INSERT INTO learner_snapshots (provider_id, activity_id, as_of, physicians, others)
SELECT $1, $2, * FROM unnest($3::date[], $4::integer[], $5::integer[])
ON CONFLICT (provider_id, activity_id, as_of)
    DO UPDATE SET physicians = excluded.physicians, others = excluded.others
"""


def totals_of(record: Record, today: date) -> dict[str, Any]:
    """Return counts, snapshots, increments and the way of counting of a stored record."""
    counts, snapshots = record["learners"], surroundings_of(record).snapshots
    started = date.fromisoformat(record["start_date"]).year
    ends = date.fromisoformat(record["end_date"]).year
    added = []
    if record["format"] == ENDURING_MATERIAL:
        running_year = max(started, min(today.year, ends))
        added = increments(snapshots, **counts, running_year=running_year)
    return {
        **counts,
        "snapshots": _documents(snapshots),
        "increments": [increment.as_document() for increment in added],
        "counting": FORMATS[record["format"]].counting,
    }


def without_last_year(echoed: Record, record: Record, today: date) -> Record:
    """Return what was sent back of the totals, without increments that were read last year.

    What was not counted by a snapshot yet belongs to the running year, which New Year changes
    without a write.
    """
    last_year = date(today.year - 1, 12, 31)
    if "increments" not in echoed or record["updated_at"][:10] > last_year.isoformat():
        return echoed
    if not is_same(echoed["increments"], totals_of(record, last_year)["increments"]):
        return echoed
    return {name: value for name, value in echoed.items() if name != "increments"}


def storing(transaction: Transaction, current: Record, snapshots: Sequence[Snapshot]) -> Alongside:
    """Return what replaces the snapshots of a stored record, with its next version."""
    before, after = surroundings_of(current).snapshots, sorted(snapshots, key=_day)

    async def store() -> None:
        await transaction.driver.execute(
            _STORE,
            current["provider_id"],
            current["activity_id"],
            [row.as_of for row in after],
            [row.physicians for row in after],
            [row.others for row in after],
        )

    changes: list[Change] = []
    if list(before) != after:
        changes.append(
            {
                "pointer": SNAPSHOTS_POINTER,
                "before": _documents(before),
                "after": _documents(after),
            }
        )
    return Alongside(changes, store)


def _day(snapshot: Snapshot) -> date:
    return snapshot.as_of


def _documents(snapshots: Sequence[Snapshot]) -> list[dict[str, Any]]:
    return [snapshot.as_document() for snapshot in snapshots]
