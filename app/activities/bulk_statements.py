"""The tuned SQL of many activities at once: a few statements, however many the records.

Rows travel as one JSON array for each table. What is written is asked back: where less
was written than was sent, somebody else was faster, and the caller begins again.
"""

from typing import Final

from app.activities.statements import (
    BOARD_COLUMNS,
    CONTENT_COLUMNS,
    RECORD,
    SOURCE_COLUMNS,
    instant,
)

# $1 provider; the keys: $2 formats, $3 start dates, $4 internal ids; $5 activities.
# Without an internal id a key is looked up by itself: IS NOT DISTINCT FROM finds no index.
_LOOKED_UP: Final = """
        SELECT b.activity_id
        FROM unnest($2::text[], $3::date[], $4::text[]) AS k (format, start_date, internal_id)
            JOIN activities b ON b.provider_id = $1 AND b.format = k.format
                AND b.start_date = k.start_date AND b.internal_id {}
"""
# The ids are gathered before any record is read, so that each is looked up in the index.
_NAMED: Final = f"""
    a.provider_id = $1 AND a.activity_id = ANY (array(
        SELECT unnest($5::text[])
        UNION ALL {_LOOKED_UP.format("= k.internal_id")}
        UNION ALL {_LOOKED_UP.format("IS NULL")} WHERE k.internal_id IS NULL))
"""
READ_MANY: Final = f"SELECT {RECORD}::text FROM activities a WHERE {_NAMED}"  # noqa: S608 - own text
# What is locked or entered is so in one order always: two calls that are about the same
# records wait for each other once, and not each for the other.
LOCK_MANY: Final = f"""
SELECT 1 FROM activities a WHERE {_NAMED} ORDER BY a.activity_id FOR UPDATE
"""  # noqa: S608 - own text

# The moment of the transaction, to be stored and as clients read it.
NOW: Final = f"SELECT now()::text, {instant('now()')}"
NEW_NUMBERS: Final = """
SELECT nextval('activity_numbers')::text FROM generate_series(1, $1::integer)
"""

WITH_COMPLETIONS: Final = """
SELECT DISTINCT c.activity_id FROM learner_completions c
WHERE c.provider_id = $1 AND c.activity_id = ANY ($2::text[])
"""


def _columns(columns: tuple[str, ...], prefix: str = "") -> str:
    return ", ".join(f"{prefix}{column}" for column in columns)


def _children(table: str, columns: tuple[str, ...], rows: str) -> str:
    """Write the rows of a child table by position, over those that are there."""
    updates = ", ".join(f"{column} = excluded.{column}" for column in columns)
    return f"""
    INSERT INTO {table} (provider_id, activity_id, position, {_columns(columns)})
    SELECT $1, child.activity_id, child.position, {_columns(columns, "child.")}
    FROM saved JOIN json_populate_recordset(NULL::{table}, {rows}::json) child USING (activity_id)
    ON CONFLICT (provider_id, activity_id, position) DO UPDATE SET {updates}
"""  # noqa: S608 - own text


_CHILDREN: Final = f"""
sources AS ({_children("commercial_support_sources", SOURCE_COLUMNS, "$3")}
), boards AS ({_children("moc_registrations", BOARD_COLUMNS, "$4")}
)
"""

# $1 provider; JSON arrays: $2 activities, $3 sources, $4 boards
INSERT_MANY: Final = f"""
WITH saved AS (
    INSERT INTO activities (provider_id, activity_id, version, closed_at,
        {_columns(CONTENT_COLUMNS)})
    SELECT $1, row.activity_id, row.version, row.closed_at, {_columns(CONTENT_COLUMNS, "row.")}
    FROM json_populate_recordset(NULL::activities, $2::json) row
    ORDER BY row.format, row.start_date, row.internal_id
    ON CONFLICT (provider_id, format, start_date, internal_id) DO NOTHING
    RETURNING activity_id
), {_CHILDREN}
SELECT count(*) FROM saved
"""  # noqa: S608 - own text

# As INSERT_MANY, each row with its next version; of each: $5 the activity, $6 the version it
# was read at, $7 how many sources and $8 how many boards it has now. The lock comes first
# and in one order; a record that has another version by then is left alone.
UPDATE_MANY: Final = f"""
WITH sent AS MATERIALIZED (
    SELECT row.*, read.version AS read_version
    FROM json_populate_recordset(NULL::activities, $2::json) row
        JOIN unnest($5::text[], $6::integer[]) AS read (activity_id, version) USING (activity_id)
), locked AS MATERIALIZED (
    SELECT a.activity_id
    FROM activities a JOIN sent USING (activity_id)
    WHERE a.provider_id = $1
    ORDER BY a.activity_id FOR NO KEY UPDATE OF a
), saved AS (
    UPDATE activities a
    SET ({_columns(CONTENT_COLUMNS)}, version, closed_at, updated_at) = ROW (
        {_columns(CONTENT_COLUMNS, "row.")}, row.version, row.closed_at, now())
    FROM sent row JOIN locked USING (activity_id)
    WHERE a.provider_id = $1 AND a.activity_id = row.activity_id AND a.version = row.read_version
    RETURNING a.activity_id
), {_CHILDREN}, sources_left AS (
    DELETE FROM commercial_support_sources s
    USING unnest($5::text[], $7::integer[]) AS now (activity_id, entries)
    WHERE s.provider_id = $1 AND s.activity_id = now.activity_id AND s.position >= now.entries
), boards_left AS (
    DELETE FROM moc_registrations b
    USING unnest($5::text[], $8::integer[]) AS now (activity_id, entries)
    WHERE b.provider_id = $1 AND b.activity_id = now.activity_id AND b.position >= now.entries
)
SELECT count(*) FROM saved
"""  # noqa: S608 - own text

# $1 provider, $2 activities, all locked, $3 the records as they were
DELETE_MANY: Final = """
WITH gone AS (
    DELETE FROM activities WHERE provider_id = $1 AND activity_id = ANY ($2::text[])
    RETURNING activity_id
), tombstones AS (
    INSERT INTO activity_tombstones (provider_id, activity_id, record)
    SELECT $1, gone.activity_id, kept.record
    FROM gone JOIN unnest($2::text[], $3::jsonb[]) AS kept (activity_id, record)
        USING (activity_id)
)
SELECT count(*) FROM gone
"""

# $1 provider, $2 actor kind, $3 credential, $4 request id, $5 a JSON array of entries
HISTORY_MANY: Final = """
INSERT INTO activity_history (provider_id, activity_id, version, action,
    actor_kind, credential_id, request_id, changes)
SELECT $1, entry.activity_id, entry.version, entry.action, $2, $3, $4, entry.changes
FROM json_populate_recordset(NULL::activity_history, $5::json) entry
"""
