"""What tests are given: a clock that stands still, and providers of their own."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import httpx

from app.core.clock import Clock


class FixedClock(Clock):
    """Stands at noon of one day until it is set to another."""

    def __init__(self, reporting_zone: ZoneInfo, day: str) -> None:
        super().__init__(reporting_zone)
        self.set(day)

    def set(self, day: str) -> None:
        """Move to a day, as in `clock.set("2026-11-22")`."""
        self._today = date.fromisoformat(day)

    def pass_days(self, days: int) -> None:
        """Let days go by."""
        self._today += timedelta(days=days)

    def today(self) -> date:
        return self._today

    def now(self) -> datetime:
        return datetime.combine(self._today, time(12), self.reporting_zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class ReportingProvider:
    """A provider that only this test knows, with a key for everything and a client."""

    provider_id: str
    key: str
    client: httpx.AsyncClient

    @property
    def activities(self) -> str:
        """The path of its activities."""
        return f"/v1/providers/{self.provider_id}/activities"
