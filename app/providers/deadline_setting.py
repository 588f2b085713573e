"""An accreditor sets until when its providers report a year, instead of the usual day."""

from datetime import date
from typing import Annotated, Any, Final

from pydantic import Field

from app.auth.gates import AccreditorAccess
from app.core.audit import changes_between
from app.core.clock import Clock
from app.core.database import Transaction
from app.core.errors import Violation, declare, refuse
from app.core.fields import IsoDate, Written
from app.core.validation import valid
from app.providers.deadline_reading import deadline_row
from app.providers.deadlines import usual_last_day
from app.providers.models import ReportingDeadlineHistory
from app.providers.repository import deadlines_set

DEADLINE_OUT_OF_RANGE = declare(
    "deadline.out_of_range",
    422,
    "A year cannot be reported until then",
    "Send a day from the last one of the year itself to the usual deadline; the message says which"
    " that is.",
)

# The usual day is this accreditor's: others may only be stricter, it may also grant more time.
_WHOSE_USUAL_DAY: Final = "ACCME"
_YEARS_AFTER: Final = 2

# A year may have no row yet that could be locked.
_ONE_AT_A_TIME: Final = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))"
_SET: Final = """
INSERT INTO reporting_deadlines (accreditor_id, year, deadline) VALUES ($1, $2, $3)
ON CONFLICT (accreditor_id, year) DO UPDATE SET deadline = excluded.deadline
"""
_UNSET: Final = "DELETE FROM reporting_deadlines WHERE accreditor_id = $1 AND year = $2"


class DeadlineRequest(Written):
    """Until when a year shall be reported."""

    last_day: Annotated[
        IsoDate, Field(description="The last day, until 23:59 in the reporting time zone.")
    ]


class Deadlines:
    """The deadlines of the accreditor that `access` was granted for."""

    def __init__(self, access: AccreditorAccess, transaction: Transaction, clock: Clock) -> None:
        self._access = access
        self._transaction = transaction
        self._clock = clock

    async def set(self, year: int, last_day: date) -> dict[str, Any]:
        """Set the last day of a year, and keep who did so."""
        await self._record(year, last_day)
        own = self._access.accreditor_id
        await self._transaction.driver.execute(_SET, own, year, last_day)
        return deadline_row(year, {year: last_day}, self._clock)

    async def unset(self, year: int) -> None:
        """Return to the usual day, and keep who did so."""
        await self._record(year, None)
        await self._transaction.driver.execute(_UNSET, self._access.accreditor_id, year)

    async def _record(self, year: int, last_day: date | None) -> None:
        own = self._access.accreditor_id
        # What is read afterwards is what the one before has set, so that the trail has no gap.
        await self._transaction.driver.execute(_ONE_AT_A_TIME, f"deadline {own} {year}")
        exceptions = await deadlines_set(self._transaction, self._access.accreditor_id)
        changes = changes_between(
            {"last_day": _text(exceptions.get(year))}, {"last_day": _text(last_day)}
        )
        if not changes:
            return
        self._transaction.session.add(
            ReportingDeadlineHistory(
                accreditor_id=self._access.accreditor_id,
                year=year,
                at=self._clock.stamp(),
                action="unset" if last_day is None else "set",
                changes=changes,
                **self._access.actor._asdict(),
            )
        )


def last_day_from(document: Any, year: int, accreditor_id: str) -> date:
    """Return the day in the body of the call; raise 422 when it cannot be the last one."""
    day = valid(DeadlineRequest, document).last_day
    latest = usual_last_day(year)
    if accreditor_id == _WHOSE_USUAL_DAY:
        latest = date(year + _YEARS_AFTER, 12, 31)
    if not date(year, 12, 31) <= day <= latest:
        message = (
            f"{accreditor_id} lets {year} be reported until a day from {year}-12-31 to {latest}."
        )
        raise refuse([Violation(DEADLINE_OUT_OF_RANGE, "/last_day", message, day.isoformat())])
    return day


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
