"""What commercial support adds up to, per year and per source.

Only money is added up: in-kind help has no price, so it is counted. Ways of writing one
company's name are one source, by the directory and by `supporter_key`.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from asyncpg import Record as Row

from app.core.database import Transaction

# $1 provider, $2 activity or null for all, $3 year of receipt or null for all
_TOTALS: Final = """
SELECT given.year, given.key,
    coalesce(min(given.name), min(given.source)) AS source,
    coalesce(sum(given.amount), 0) AS amount,
    count(*) FILTER (WHERE given.monetary) AS monetary,
    count(*) FILTER (WHERE given.in_kind) AS in_kind,
    count(DISTINCT given.activity_id) AS activities
FROM (
    SELECT entry.activity_id, entry.source, entry.amount, entry.monetary, entry.in_kind,
        entry.received_year AS year, known.name,
        supporter_key(coalesce(known.name, entry.source)) AS key
    FROM commercial_support_sources entry
    LEFT JOIN supporter_aliases known ON known.key = supporter_key(entry.source)
    WHERE entry.provider_id = $1
        AND ($2::text IS NULL OR entry.activity_id = $2)
        AND ($3::integer IS NULL OR entry.received_year = $3)
) given
GROUP BY GROUPING SETS ((), (given.year), (given.key))
ORDER BY given.year, amount DESC, source
"""


@dataclass(frozen=True, slots=True)
class Totals:
    """The sum of some support, and the same by year of receipt and by source."""

    overall: dict[str, Any]
    by_year: list[dict[str, Any]]
    by_source: list[dict[str, Any]]

    def as_document(self) -> dict[str, Any]:
        """Return the totals as clients read them."""
        return {**self.overall, "by_year": self.by_year, "by_source": self.by_source}


async def support_totals(
    transaction: Transaction,
    provider_id: str,
    *,
    activity_id: str | None = None,
    year: int | None = None,
) -> Totals:
    """Add up the support of one activity, or of all activities of the provider."""
    rows = await transaction.driver.fetch(_TOTALS, provider_id, activity_id, year)
    return Totals(
        overall=next(_sums(row) for row in rows if row["year"] is None and row["key"] is None),
        by_year=[{"year": row["year"], **_sums(row)} for row in rows if row["year"] is not None],
        by_source=[
            {"source": row["source"], **_sums(row)} for row in rows if row["key"] is not None
        ],
    )


def _sums(row: Row) -> dict[str, Any]:
    amount: Decimal = row["amount"]
    return {
        "amount": int(amount) if amount == amount.to_integral_value() else float(amount),
        "monetary": row["monetary"],
        "in_kind": row["in_kind"],
        "activities": row["activities"],
    }
