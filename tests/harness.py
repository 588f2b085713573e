"""What tests are given: a clock that stands still, and providers of their own."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import httpx

from app.core.clock import Clock
from tests.builders import Document


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

    def by_key(self, record: Document) -> str:
        """Return the path of the activity with the key of this record."""
        return (
            f"{self.activities}/by-key/{record['format']}/{record['start_date']}/"
            f"{record['internal_id']}"
        )

    async def enter(self, record: Document) -> str:
        """Enter an activity; return its path."""
        reply = await self.client.post(self.activities, json=record)
        assert reply.status_code == 201, reply.text
        return f"{self.activities}/{reply.json()['activity_id']}"
