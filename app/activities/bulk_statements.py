"""The tuned SQL of many activities at once: a few statements, however many the records.

Rows travel as arrays, one for each column. What is written is asked back: where less was
written than was sent, somebody else was faster, and the caller begins again.
"""

from typing import Final

from app.activities.bulk_columns import Columns
from app.activities.models import (
    Activity,
    ActivityHistory,
    CommercialSupportSource,
    MocRegistration,
)
from app.activities.statements import (
    BOARD_COLUMNS,
    CONTENT_COLUMNS,
    RECORD,
    SOURCE_COLUMNS,
    instant,
)

ACTIVITIES: Final = Columns(Activity, "activity_id", "version", "closed_at", *CONTENT_COLUMNS)
SOURCES: Final = Columns(CommercialSupportSource, "activity_id", "position", *SOURCE_COLUMNS)
BOARDS: Final = Columns(MocRegistration, "activity_id", "position", *BOARD_COLUMNS)
HISTORY: Final = Columns(ActivityHistory, "activity_id", "version", "action", "changes", "content")

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


# $1 provider, then the activities. They come in the order of their keys, see above.
INSERT_MANY: Final = f"""
WITH saved AS (
    INSERT INTO activities (provider_id, {ACTIVITIES.names()})
    SELECT $1, row.* FROM ({ACTIVITIES.rows(2)}) row
    ORDER BY row.format, row.start_date, row.internal_id
    ON CONFLICT (provider_id, format, start_date, internal_id) DO NOTHING
    RETURNING 1
)
SELECT count(*) FROM saved
"""  # noqa: S608 - own text

_READ: Final = 2 + len(ACTIVITIES)
# As INSERT_MANY, each row with its next version; then the activities, and the versions that
# they were read at. The lock comes first and in one order; a record that has another version
# by then is left alone.
UPDATE_MANY: Final = f"""
WITH sent AS MATERIALIZED (
    SELECT row.*, read.version AS read_version
    FROM ({ACTIVITIES.rows(2)}) row
        JOIN unnest(${_READ}::text[], ${_READ + 1}::integer[]) AS read (activity_id, version)
        USING (activity_id)
), locked AS MATERIALIZED (
    SELECT a.activity_id
    FROM activities a JOIN sent USING (activity_id)
    WHERE a.provider_id = $1
    ORDER BY a.activity_id FOR NO KEY UPDATE OF a
), saved AS (
    UPDATE activities a
    SET ({ACTIVITIES.names(without=["activity_id"])}, updated_at) = ROW (
        {ACTIVITIES.names("row.", without=["activity_id"])}, now())
    FROM sent row JOIN locked USING (activity_id)
    WHERE a.provider_id = $1 AND a.activity_id = row.activity_id AND a.version = row.read_version
    RETURNING 1
)
SELECT count(*) FROM saved
"""  # noqa: S608 - own text


def _empty(table: str) -> str:
    return f"DELETE FROM {table} WHERE provider_id = $1 AND activity_id = ANY ($2::text[])"  # noqa: S608 - own text


def _fill(columns: Columns) -> str:
    return f"""
INSERT INTO {columns.table} (provider_id, {columns.names()})
SELECT $1, row.* FROM ({columns.rows(2)}) row
"""  # noqa: S608 - own text


# The parts of the activities that are updated, before new ones come: $1 provider, $2 activities
EMPTY_PARTS: Final = (_empty(SOURCES.table), _empty(BOARDS.table))
# By their member in a row: the columns, and the statement with $1 provider, then the rows.
PARTS: Final = (("sources", SOURCES, _fill(SOURCES)), ("boards", BOARDS, _fill(BOARDS)))

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

_ACTOR: Final = ", ".join(f"${2 + len(HISTORY) + place}" for place in range(3))
# $1 provider, then the entries, then actor kind, credential and request id
HISTORY_MANY: Final = f"""
INSERT INTO activity_history (provider_id, {HISTORY.names()},
    actor_kind, credential_id, request_id)
SELECT $1, row.*, {_ACTOR} FROM ({HISTORY.rows(2)}) row
"""  # noqa: S608 - own text
