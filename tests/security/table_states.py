"""What stands in every table of a database, as one checksum each."""

from typing import Final

from tests.databases import Superuser

# When a key was last used, and how far a sequence has counted, is no record of anybody.
_SUMS: Final = """
SELECT format(
    'SELECT %L AS name, md5(coalesce(string_agg(line, E''\\n'' ORDER BY line), '''')) AS sum '
    'FROM (SELECT (to_jsonb(t) - ''last_used_at'')::text AS line FROM %s t) lines',
    oid::regclass::text, oid::regclass::text)
FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""


async def checksums(superuser: Superuser) -> dict[str, str]:
    """Return the checksum of each table's rows, read past row-level security."""
    parts = [row[0] for row in await superuser.fetch(_SUMS)]
    return {row["name"]: row["sum"] for row in await superuser.fetch(" UNION ALL ".join(parts))}
