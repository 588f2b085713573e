"""Lists of activities in tests: many records at once, and walking through all pages."""

from collections.abc import AsyncIterator
from typing import Any

from app.core.database import Database, Transaction
from tests.harness import ReportingProvider

# The fields of a row.
SUMMARY = [
    "activity_id",
    "internal_id",
    "title",
    "format",
    "start_date",
    "end_date",
    "credits",
    "status",
    "next_status",
    "missing_count",
    "version",
    "updated_at",
]

# Times, dates, titles and internal ids repeat and are missing, so that every order has
# neighbours that only the activity's id tells apart.
# Formats and dates begin again at 2,400; without internal ids they tell records apart no more.
_ENTER: str = """
INSERT INTO activities (provider_id, activity_id, internal_id, title, format, start_date,
    end_date, delivery_methods, location, city, state, country, credits, description,
    cme_finder, providership, moc_registered, created_at, updated_at)
SELECT $1, nextval('activity_numbers')::text,
    CASE WHEN n % 10 > 0 OR n > 2000 THEN 'ID-' || n END,
    (ARRAY['Airway', 'Ethics', 'Oncology', 'Pain', 'Sepsis'])[1 + n % 5] || ' ' || n / 20,
    (ARRAY['live_course', 'enduring_material', 'journal_cme'])[1 + n % 3],
    date '2024-01-01' + n % 800, date '2024-01-01' + n % 800 + n % 360,
    CASE WHEN n % 3 = 0 THEN '{in_person}' WHEN n % 3 = 1 THEN '{online}' ELSE '{}' END::text[],
    'Main Auditorium', 'Sacramento', 'CA', CASE WHEN n % 4 > 0 THEN 'USA' END,
    CASE WHEN n % 7 > 0 THEN n % 40 * 0.25 END, 'About it.', false, 'direct', n % 5 = 0,
    timestamptz '2026-01-01' + n / 15 * interval '1 minute',
    timestamptz '2026-06-01' - n / 15 * interval '1 second'
FROM generate_series($2::int, $3::int) n
"""


async def enter(database: Database, provider_id: str, numbers: range) -> None:
    """Enter one activity for each number, straight into the table."""

    async def work(transaction: Transaction) -> None:
        await transaction.driver.execute(_ENTER, provider_id, numbers.start, numbers.stop - 1)

    await database.run(provider_id, work)


async def pages(
    provider: ReportingProvider, /, **parameters: object
) -> AsyncIterator[list[dict[str, Any]]]:
    """Read page after page, as `Link` leads."""
    url: str | None = provider.activities
    while url is not None:
        reply = await provider.client.get(url, params=_sent(parameters))
        assert reply.status_code == 200, reply.text
        yield reply.json()["data"]
        url = reply.links["next"]["url"] if "next" in reply.links else None
        parameters = {}


async def rows(provider: ReportingProvider, /, **parameters: object) -> list[dict[str, Any]]:
    """Read all rows of a list."""
    return [row async for page in pages(provider, **parameters) for row in page]


def _sent(parameters: dict[str, object]) -> dict[str, str] | None:
    # Without parameters httpx must leave the query of the URL alone.
    return {name: str(value) for name, value in parameters.items()} or None
