"""The day that a request of the sandbox sets for itself, to see what a record becomes."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Final

from app.core.clock import Clock
from app.core.errors import ErrorCode, ProblemError, Violation, declare
from app.core.fields.dates import FIRST_DAY, LAST_DAY, day_written
from app.core.parameters import refused
from app.core.violations import shown

SANDBOX_DATE: Final = "PARS-Sandbox-Date"

SANDBOX_DATE_INVALID = declare(
    "sandbox.date_invalid",
    400,
    "The day of the sandbox cannot be read",
    f"Send `{SANDBOX_DATE}` once, with a day of the calendar such as 2027-04-02.",
)
SANDBOX_DATE_NOT_ALLOWED = declare(
    "sandbox.date_not_allowed",
    400,
    "Only the sandbox lets a request set the day",
    f"Leave `{SANDBOX_DATE}` out, or send a test key (`pars_test_...`).",
)


class SetClock(Clock):
    """Shows another day at the real time of day; what is written bears the real moment."""

    def __init__(self, real: Clock, day: date) -> None:
        super().__init__(real.reporting_zone)
        self._real = real
        self.day = day
        # The answer repeats it, so that a header that was lost on the way shows.
        self.header = (SANDBOX_DATE.lower().encode(), day.isoformat().encode())

    def today(self) -> date:
        """Return the day that was set."""
        return self.day

    def now(self) -> datetime:
        """Return the present time of day, on the day that was set."""
        time_of_day = self._real.now().astimezone(self.reporting_zone).time()
        return datetime.combine(self.day, time_of_day, self.reporting_zone).astimezone(UTC)

    def stamp(self) -> datetime:
        """Return the real moment."""
        return self._real.stamp()


def clock_set_by(values: Sequence[bytes], real: Clock, *, in_sandbox: bool) -> SetClock:
    """Return the clock that the header sets; raise ProblemError 400 when it cannot."""
    value = values[0].decode("latin-1")
    if not in_sandbox:
        message = "The day can be set by calls with a test key, and by no others."
        raise _refused(SANDBOX_DATE_NOT_ALLOWED, message, value)
    if len(values) > 1:
        raise _refused(SANDBOX_DATE_INVALID, "The header is sent more than once.", value)
    day = day_written(value)
    if day is None or not FIRST_DAY <= day <= LAST_DAY:
        message = f"This is no day from {FIRST_DAY} to {LAST_DAY}, written as YYYY-MM-DD."
        raise _refused(SANDBOX_DATE_INVALID, message, value)
    return SetClock(real, day)


def _refused(kind: ErrorCode, message: str, value: str) -> ProblemError:
    return refused([Violation(kind, f"{SANDBOX_DATE}:", message, shown(value))])
