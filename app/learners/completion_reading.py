"""Reading completions: one, a page of them, how many there are, and what they were."""

from typing import Any, Final

import orjson

from app.auth.access import Access
from app.core.database import Transaction
from app.core.instant import instant
from app.learners.completion_statements import DOCUMENT
from app.learners.completion_submission import Record

_ONE: Final = f"""
SELECT {DOCUMENT}::text FROM learner_completions c
WHERE c.provider_id = $1 AND c.activity_id = $2 AND c.completion_id = $3
"""  # noqa: S608 - own text

# $1 provider, $2 activity, $3 the last completion of the page before, $4 how many;
# $5 a credit id, or null for all
_PAGE: Final = f"""
SELECT {DOCUMENT}::text FROM learner_completions c
WHERE c.provider_id = $1 AND c.activity_id = $2 AND c.completion_id > $3
    AND ($5::text IS NULL OR c.credit_id = $5)
ORDER BY c.completion_id LIMIT $4
"""  # noqa: S608 - own text

_COUNTS: Final = """
SELECT count(*) FILTER (WHERE c.version = 1), count(*) FILTER (WHERE c.version > 1),
    (SELECT count(*) FROM learner_completion_history h
        WHERE h.provider_id = $1 AND h.activity_id = $2 AND h.action = 'deleted')
FROM learner_completions c WHERE c.provider_id = $1 AND c.activity_id = $2
"""

_HISTORY: Final = f"""
SELECT h.version, h.at, h.action, h.actor_kind, h.credential_id, h.request_id, h.record::text
FROM learner_completion_history h
WHERE h.provider_id = $1 AND h.activity_id = $2 AND h.completion_id = $3
UNION ALL
SELECT c.version, c.updated_at, CASE c.version WHEN 1 THEN 'recorded' ELSE 'corrected' END,
    c.actor_kind, c.credential_id, c.request_id, {DOCUMENT}::text
FROM learner_completions c
WHERE c.provider_id = $1 AND c.activity_id = $2 AND c.completion_id = $3
ORDER BY version
"""  # noqa: S608 - own text


async def read_one(
    transaction: Transaction, access: Access, activity_id: str, completion_id: str
) -> Record | None:
    """Return one completion of an activity, or None."""
    found = await transaction.driver.fetchval(_ONE, access.provider_id, activity_id, completion_id)
    return None if found is None else orjson.loads(found)


async def read_page(  # noqa: PLR0913 - what makes a page, each by its own name
    transaction: Transaction,
    access: Access,
    activity_id: str,
    *,
    behind: str,
    most: int,
    credit_id: str | None,
) -> list[Record]:
    """Return at most so many completions of an activity that come behind one of them."""
    rows = await transaction.driver.fetch(
        _PAGE, access.provider_id, activity_id, behind, most, credit_id
    )
    return [orjson.loads(row[0]) for row in rows]


async def read_counts(transaction: Transaction, access: Access, activity_id: str) -> dict[str, int]:
    """Return how many completions of an activity there are, by what was last done with them."""
    row = await transaction.driver.fetchrow(_COUNTS, access.provider_id, activity_id)
    return dict(zip(("recorded", "corrected", "deleted"), row or (0, 0, 0), strict=True))


async def read_versions(
    transaction: Transaction, access: Access, activity_id: str, completion_id: str
) -> list[dict[str, Any]]:
    """Return every version of a completion, also of one that was deleted."""
    rows = await transaction.driver.fetch(_HISTORY, access.provider_id, activity_id, completion_id)
    return [
        {
            "version": row["version"],
            "at": instant(row["at"]),
            "action": row["action"],
            "actor": {"kind": row["actor_kind"], "credential_id": row["credential_id"]},
            "request_id": row["request_id"],
            "completion": None if row["record"] is None else orjson.loads(row["record"]),
        }
        for row in rows
    ]
