from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

from app.core.clock import Clock


def test_today_is_the_day_in_the_reporting_zone_and_not_where_the_server_stands() -> None:
    # These two zones are 26 hours apart, so that at no moment both have the same date.
    east, west = Clock(ZoneInfo("Pacific/Kiritimati")), Clock(ZoneInfo("Etc/GMT+12"))
    assert east.today() - west.today() in (timedelta(days=1), timedelta(days=2))


def test_a_moment_is_told_in_utc_whatever_the_reporting_zone() -> None:
    assert Clock(ZoneInfo("America/Chicago")).now().tzinfo is UTC
