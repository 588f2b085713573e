"""Today, in the time zone the field reports in; and the present moment."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


class Clock:
    """Tells the day in the reporting time zone.

    Whether an activity has ended is a matter of dates, and a date begins at
    midnight in the reporting zone, wherever the server stands.
    """

    def __init__(self, reporting_zone: ZoneInfo) -> None:
        self.reporting_zone = reporting_zone

    def today(self) -> date:
        """Return the date now in the reporting time zone."""
        return datetime.now(self.reporting_zone).date()

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        return datetime.now(UTC)

    def stamp(self) -> datetime:
        """Return the moment to mark what is written with: the real one, whatever the day."""
        return self.now()
