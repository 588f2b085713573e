"""Closing many activities in one call: what is complete is closed, of the rest is told why not."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from app.activities.bulk_closing_schemas import BULK_CLOSE_RESULTS, BulkCloseFilter
from app.activities.closing import close
from app.activities.listing_filters import Filter, Parameters, conditions
from app.activities.problems import NOT_READY
from app.activities.repository import Record
from app.activities.staged_repository import StagedActivities
from app.auth.access import Access
from app.core.database import Transaction
from app.core.errors import ProblemError
from app.core.etag import Precondition, etag
from app.core.giving_way import give_way
from app.reference.boards import Board

MOST_AT_ONCE: Final = 500
_ANY_VERSION: Final = Precondition()


@dataclass(frozen=True, slots=True)
class BulkClosing:
    """One call that closes the activities of a provider which a filter selects."""

    access: Access
    boards: Mapping[str, Board]
    today: date
    dry_run: bool

    async def select(
        self, transaction: Transaction, wanted: BulkCloseFilter, behind: str
    ) -> list[str]:
        """Return the ids that are selected and come behind this one; one more than are closed."""
        parameters = Parameters(self.access.provider_id, self.today)
        where = list(conditions(_filter(wanted), parameters))
        if wanted.activity_ids is not None:
            where.append(f"a.activity_id = ANY ({parameters.add(wanted.activity_ids)}::text[])")
        where.append(f"a.activity_id > {parameters.add(behind)}")
        statement = f"""
            SELECT a.activity_id FROM activities a
            WHERE a.provider_id = $1 AND $2::date IS NOT NULL AND {" AND ".join(where)}
            ORDER BY a.activity_id LIMIT {parameters.add(MOST_AT_ONCE + 1)}
        """  # noqa: S608 - own text
        found = await transaction.driver.fetch(statement, *parameters.values)
        return [row["activity_id"] for row in found]

    async def close_all(self, transaction: Transaction, ids: Sequence[str]) -> list[Record]:
        """Close those of the activities that are complete; say of each what became of it.

        They are locked before they are judged, and closed in a few statements.
        """
        staged = StagedActivities(self.access, transaction)
        await staged.load((), ids, for_deeds=not self.dry_run)
        results = []
        for place, activity_id in enumerate(ids):
            results.append(await self._close(staged, activity_id))
            await give_way(place)
        if not self.dry_run:
            await staged.flush()
        return results

    async def _close(self, staged: StagedActivities, activity_id: str) -> Record:
        before = await staged.get(activity_id)
        if before is None:
            # It was deleted since it was selected.
            return not_selected(activity_id)
        try:
            record, already = await close(
                staged, activity_id, self.boards, self.today, _ANY_VERSION
            )
        except ProblemError as refusal:
            if refusal.kind is not NOT_READY:
                raise
            return _result("not_ready", before, refusal.members["missing"])
        if already:
            return _result("already_closed", record)
        return _result("closable", before) if self.dry_run else _result("closed", record)


def counts(results: Sequence[Record]) -> dict[str, int]:
    """Return how many activities came to each result."""
    counted = Counter(row["result"] for row in results)
    return {result: counted[result] for result in BULK_CLOSE_RESULTS}


def not_selected(activity_id: str) -> Record:
    """Return the result of an activity that was named and that the filter leaves out."""
    return {
        "activity_id": activity_id,
        "internal_id": None,
        "title": None,
        "result": "not_selected",
        "etag": None,
        "missing": [],
    }


def _result(result: str, record: Record, missing: Sequence[Mapping[str, Any]] = ()) -> Record:
    return {
        "activity_id": record["activity_id"],
        "internal_id": record["internal_id"],
        "title": record["title"],
        "result": result,
        "etag": etag(record["version"]),
        "missing": list(missing),
    }


def _filter(wanted: BulkCloseFilter) -> Filter:
    return Filter(
        status=None if wanted.status is None else (wanted.status,),
        format=None if wanted.format is None else (wanted.format,),
        year=wanted.year,
    )
