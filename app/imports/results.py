"""What became of each row: pages of results, and the rejected rows page by page."""

from collections.abc import AsyncIterator
from typing import Any, Final, NamedTuple

import asyncpg

from app.auth.access import Access
from app.core.database import Transaction

# Runs are taken apart chunk by chunk, in the order of the file, until there is enough for a page.
_PAGE: Final = """
SELECT json_build_object('row', result.row, 'result', result.outcome,
    'record_id', result.record_id, 'label', result.label, 'problems', result.problems)
FROM (
    (
        SELECT run.row + place AS row, run.outcome, CASE WHEN run.length > 1
            THEN (run.record_id::bigint + place)::text ELSE run.record_id END AS record_id,
            NULL AS label, '[]'::jsonb AS problems
        FROM import_applied a,
            unnest(a.rows, a.lengths, a.outcomes, a.record_ids)
                AS run("row", length, outcome, record_id),
            generate_series(greatest(0, $3 + 1 - run.row), coalesce(run.length, 1) - 1) AS place
        WHERE a.provider_id = $1 AND a.import_id = $2 AND a.last_row > $3
            AND ($4::text IS NULL OR run.outcome = $4) AND $4 IS DISTINCT FROM 'rejected'
        ORDER BY a.last_row, run.row + place LIMIT $5
    ) UNION ALL (
        SELECT r.row, 'rejected', NULL, r.label, r.problems FROM import_rejected r
        WHERE r.provider_id = $1 AND r.import_id = $2 AND r.row > $3
            AND ($4::text IS NULL OR $4 = 'rejected')
        ORDER BY r.row LIMIT $5
    )
) result
ORDER BY result.row LIMIT $5
"""
_REJECTED: Final = """
SELECT "row", problems, sent FROM import_rejected
WHERE provider_id = $1 AND import_id = $2 AND "row" > $3 ORDER BY "row" LIMIT $4
"""
_AT_A_TIME: Final = 500


class RejectedRow(NamedTuple):
    """A rejected row as it was sent, with every reason."""

    row: int
    problems: list[dict[str, Any]]
    sent: str


async def result_page(
    access: Access, import_id: str, status: str | None, after: int, limit: int
) -> list[dict[str, Any]]:
    """Return results behind a row, in the order of the file."""

    async def work(transaction: Transaction) -> list[dict[str, Any]]:
        found = await transaction.driver.fetch(
            _PAGE, access.provider_id, import_id, after, status, limit
        )
        return [row[0] for row in found]

    return await access.run(work)


async def rejected_pages(access: Access, import_id: str) -> AsyncIterator[list[RejectedRow]]:
    """Give every rejected row, a few hundred of them in memory at a time."""
    after = 0

    async def work(transaction: Transaction) -> list[asyncpg.Record]:
        return await transaction.driver.fetch(
            _REJECTED, access.provider_id, import_id, after, _AT_A_TIME
        )

    while rows := await access.run(work):
        yield [RejectedRow(*row.values()) for row in rows]
        after = rows[-1]["row"]
