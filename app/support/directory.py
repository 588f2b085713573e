"""The directory of supporters: one name for each company, whatever way it is written.

It suggests and never forbids: the name of a source is free text.
"""

from collections.abc import Iterable
from typing import Any, Final

from app.core.database import Database, Transaction

LEAST_LIKENESS: Final = 0.3

_ADD_SUPPORTER: Final = "INSERT INTO supporters (name) VALUES ($1) ON CONFLICT DO NOTHING"
_ADD_ALIAS: Final = """
INSERT INTO supporter_aliases (key, alias, name) VALUES (supporter_key($1), $1, $2)
ON CONFLICT DO NOTHING
"""
_NAME_OF: Final = "SELECT name FROM supporter_aliases WHERE key = supporter_key($1)"

# What starts with the words asked for is as good as the same: people type from the left.
# $1 what is asked for, $2 provider or null, $3 the least likeness, $4 the most suggestions
_SEARCH: Final = """
WITH written AS (
    SELECT name, alias AS matched, key, 'directory' AS origin FROM supporter_aliases
    UNION ALL
    SELECT min(source), min(source), key, 'own'
    FROM (
        SELECT source, supporter_key(source) AS key FROM commercial_support_sources
        WHERE provider_id = $2
    ) reported
    WHERE NOT EXISTS (SELECT 1 FROM supporter_aliases known WHERE known.key = reported.key)
    GROUP BY key
), likened AS (
    SELECT DISTINCT ON (name, origin) name, matched, origin,
        CASE WHEN starts_with(key, supporter_key($1)) THEN 1 ELSE greatest(
            similarity(key, supporter_key($1)), word_similarity(supporter_key($1), key))
        END::float AS likeness
    FROM written
    ORDER BY name, origin, likeness DESC, matched
)
SELECT name, matched, origin, likeness
FROM likened
WHERE likeness >= $3
ORDER BY likeness DESC, origin, name
LIMIT $4
"""


async def add_supporter(database: Database, name: str, aliases: Iterable[str] = ()) -> str:
    """Enter a supporter with ways of writing its name; what is there already stays.

    Returns the name by which the directory knows it, which is another one when `name` is
    a way of writing that. Raises ValueError when an alias belongs to another supporter.
    """

    async def enter(transaction: Transaction) -> str:
        known: str = await transaction.driver.fetchval(_NAME_OF, name) or name
        await transaction.driver.execute(_ADD_SUPPORTER, known)
        for writing in (name, *aliases):
            await transaction.driver.execute(_ADD_ALIAS, writing, known)
            owner = await transaction.driver.fetchval(_NAME_OF, writing)
            if owner != known:
                message = f"'{writing}' is a way of writing '{owner}', not '{known}'"
                raise ValueError(message)
        return known

    return await database.run(None, enter)


async def suggest_supporters(
    transaction: Transaction, written: str, provider_id: str | None, most: int
) -> list[dict[str, Any]]:
    """Return the supporters that may be meant, the most alike first.

    They come from the directory, and from what this provider reported before.
    """
    rows = await transaction.driver.fetch(_SEARCH, written, provider_id, LEAST_LIKENESS, most)
    return [{**row, "likeness": round(row["likeness"], 2)} for row in rows]
