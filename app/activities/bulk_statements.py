"""The tuned SQL of many activities at once: a few statements, however many the records.

Columns travel as one text each. What is written is asked back: where less was
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
    RECORD,
    ROW_COLUMNS,
    SOURCE_COLUMNS,
    instant,
)

ACTIVITIES: Final = Columns(Activity, "activity_id", "version", "closed_at", *ROW_COLUMNS)
SOURCES: Final = Columns(CommercialSupportSource, "activity_id", "position", *SOURCE_COLUMNS)
BOARDS: Final = Columns(MocRegistration, "activity_id", "position", *BOARD_COLUMNS)
KEYS: Final = Columns(Activity, "format", "start_date", "internal_id")
HISTORY: Final = Columns(ActivityHistory, "activity_id", "version", "action", "changes", "content")

# $1 provider; the keys: $2 formats, $3 start dates, $4 internal ids; $5 activities.
# Each key is looked up in the index of the keys, whatever PostgreSQL knows of the table: of
# one that has just begun to fill it knows nothing, and would compare all keys with all
# activities. Nothing but that index gives the first key from a given one on; and so it is
# with the ids.
_KEYS: Final = "unnest($2::text[], $3::date[], $4::text[]) AS k (format, start_date, internal_id)"
_FIRST_FROM_KEY_ON: Final = """
        SELECT b.* FROM activities b
        WHERE b.provider_id = $1
            AND (b.format, b.start_date, b.internal_id) >= (k.format, k.start_date, k.internal_id)
        ORDER BY b.format, b.start_date, b.internal_id LIMIT 1"""
_IDS: Final = f"""
    SELECT unnest($5::text[])
    UNION
    SELECT first.activity_id
    FROM {_KEYS} CROSS JOIN LATERAL ({_FIRST_FROM_KEY_ON}) first
    WHERE (first.format, first.start_date, first.internal_id)
        = (k.format, k.start_date, k.internal_id)
    UNION
    SELECT b.activity_id
    FROM {_KEYS} JOIN activities b ON b.provider_id = $1 AND b.format = k.format
        AND b.start_date = k.start_date AND b.internal_id IS NULL
    WHERE k.internal_id IS NULL
"""  # noqa: S608 - own text
READ_MANY: Final = f"""
SELECT {RECORD}::text
FROM unnest(array({_IDS})) AS named (activity_id) CROSS JOIN LATERAL (
    SELECT * FROM activities
    WHERE provider_id = $1 AND activities.activity_id >= named.activity_id
    ORDER BY activities.activity_id LIMIT 1) a
WHERE a.activity_id = named.activity_id
"""  # noqa: S608 - own text
# $1 provider, then keys. One without an internal id is left to the index of the keys.
ANY_THERE: Final = f"""
SELECT EXISTS (
    SELECT 1 FROM ({KEYS.rows(2)}) AS k CROSS JOIN LATERAL ({_FIRST_FROM_KEY_ON}) first
    WHERE (first.format, first.start_date, first.internal_id)
        = (k.format, k.start_date, k.internal_id))
"""  # noqa: S608 - own text
# What is locked or entered is so in one order always: two calls that are about the same
# records wait for each other once, and not each for the other.
LOCK_MANY: Final = f"""
SELECT 1 FROM activities a WHERE a.provider_id = $1 AND a.activity_id = ANY (array({_IDS}))
ORDER BY a.activity_id FOR UPDATE
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


def _fill(columns: Columns, first: int) -> str:
    return f"""
    INSERT INTO {columns.table} (provider_id, {columns.names()})
    SELECT $1, row.* FROM ({columns.rows(first)}) row"""  # noqa: S608 - own text


_SOURCES: Final = 2 + len(ACTIVITIES)
_BOARDS: Final = _SOURCES + len(SOURCES)
_HISTORY: Final = _BOARDS + len(BOARDS)
_ACTOR: Final = _HISTORY + len(HISTORY)
# $1 provider, then new activities, in the order of their keys, see above; then the parts of
# these and of others that are in EMPTY_PARTS; then the history, and who wrote it: kind,
# credential, request id. A part of an activity that was not added has nothing to belong to.
ADD_MANY: Final = f"""
WITH saved AS ({_fill(ACTIVITIES, 2)}
    ORDER BY row.format, row.start_date, row.internal_id
    ON CONFLICT (provider_id, format, start_date, internal_id) DO NOTHING
    RETURNING 1
), sources AS ({_fill(SOURCES, _SOURCES)}
), boards AS ({_fill(BOARDS, _BOARDS)}
), history AS (
    INSERT INTO activity_history (provider_id, {HISTORY.names()},
        actor_kind, credential_id, request_id)
    SELECT $1, row.*, ${_ACTOR}, ${_ACTOR + 1}, ${_ACTOR + 2} FROM ({HISTORY.rows(_HISTORY)}) row
)
SELECT count(*) FROM saved
"""  # noqa: S608 - own text

# The parts of activities whose content is replaced: $1 provider, $2 activities
EMPTY_PARTS: Final = """
WITH sources AS (
    DELETE FROM commercial_support_sources
    WHERE provider_id = $1 AND activity_id = ANY ($2::text[])
)
DELETE FROM moc_registrations WHERE provider_id = $1 AND activity_id = ANY ($2::text[])
"""

_READ: Final = 2 + len(ACTIVITIES)
# $1 provider, then the activities, each row with its next version; then the activities again,
# and the versions that they were read at. The lock comes first and in one order; a record
# that has another version by then is left alone.
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
