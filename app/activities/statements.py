"""The tuned SQL of the activity: one round trip each, the record as one JSON document.

The statements carry only constant text of this module; every value is a parameter.
A test compares the columns named here with the tables' models.
"""

from typing import Final

from app.activities.surroundings_sql import found_around, stored_around

CONTENT_COLUMNS: Final = (
    "internal_id",
    "title",
    "format",
    "start_date",
    "end_date",
    "delivery_methods",
    "location",
    "city",
    "state",
    "country",
    "credits",
    "description",
    "cme_finder",
    "fee",
    "registration",
    "url",
    "providership",
    "joint_providers",
    "outcome_measures",
    "support_received",
    "physicians",
    "others",
    "moc_registered",
    "attested_by",
    "attested_on",
)
ROW_COLUMNS: Final = (*CONTENT_COLUMNS, "warning_codes")
"""The columns of a record's content, and of what is worked out of it for lists."""

SOURCE_COLUMNS: Final = (
    "source",
    "monetary",
    "amount",
    "in_kind",
    "in_kind_nature",
    "received_year",
)
BOARD_COLUMNS: Final = (
    "board",
    "practice_areas",
    "credit_types",
    "credits",
    "content_areas",
    "credit_claim_date",
    "fee",
    "registration",
    "url",
)


def instant(column: str) -> str:
    """Return the SQL of a moment as clients read it: UTC, to the second."""
    return f"""to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')"""


# PostgreSQL looks up the type of each value that it writes. Of rows it knows the names of the
# members before it begins, and of an array of rows it needs neither a sort nor an aggregate.
SOURCES_DOCUMENT: Final = """
    array_to_json(ARRAY(SELECT entry FROM (
        SELECT s.source, s.monetary, trim_scale(s.amount) AS amount, s.in_kind,
            s.in_kind_nature, s.received_year
        FROM commercial_support_sources s
        WHERE s.provider_id = a.provider_id AND s.activity_id = a.activity_id
        ORDER BY s.position) entry))
"""
BOARDS_DOCUMENT: Final = """
    array_to_json(ARRAY(SELECT entry FROM (
        SELECT b.board, b.practice_areas, b.credit_types, trim_scale(b.credits) AS credits,
            b.content_areas, b.credit_claim_date, b.fee, b.registration, b.url
        FROM moc_registrations b
        WHERE b.provider_id = a.provider_id AND b.activity_id = a.activity_id
        ORDER BY b.position) entry))
"""


def record_columns(surroundings: str) -> str:
    """Return the SELECT of a record's members, with what lies around it, as columns."""
    return f"""
SELECT a.activity_id, a.provider_id, a.internal_id, a.title, a.format, a.start_date, a.end_date,
    a.delivery_methods, a.location, a.city, a.state, a.country, trim_scale(a.credits) AS credits,
    a.description, a.cme_finder, a.fee, a.registration, a.url, a.providership,
    a.joint_providers, a.outcome_measures,
    json_build_object('received', a.support_received, 'sources', {SOURCES_DOCUMENT})
        AS commercial_support,
    json_build_object('physicians', a.physicians, 'others', a.others) AS learners,
    json_build_object(
        'registered', a.moc_registered,
        'attestation', CASE WHEN a.attested_by IS NOT NULL OR a.attested_on IS NOT NULL THEN
            json_build_object('attested_by', a.attested_by, 'attested_on', a.attested_on) END,
        'boards', {BOARDS_DOCUMENT}) AS moc,
    a.version, {instant("a.created_at")} AS created_at, {instant("a.updated_at")} AS updated_at,
    {instant("a.closed_at")} AS closed_at, {surroundings} AS surroundings
"""


def record_document(surroundings: str) -> str:
    """Return the SQL of a whole record as one document, with what lies around it."""
    return f"(SELECT row_to_json(record) FROM ({record_columns(surroundings)}) record)"


RECORD: Final = record_document(stored_around("a"))
RECORD_AMONG_OTHERS: Final = record_document(found_around("a"))

# As a member of the FROM list its columns need no query of their own.
READ: Final = f"""
SELECT row_to_json(record)
FROM activities a CROSS JOIN LATERAL ({record_columns(stored_around("a"))}) record
WHERE a.provider_id = $1 AND a.activity_id = $2
"""
_KEY: Final = """
a.provider_id = $1 AND a.format = $2 AND a.start_date = $3 AND a.internal_id IS NOT DISTINCT FROM $4
"""
READ_BY_KEY: Final = f"SELECT {RECORD} FROM activities a WHERE {_KEY}"
FIND_BY_KEY: Final = f"SELECT a.activity_id FROM activities a WHERE {_KEY}"

_LOCK: Final = "SELECT 1 FROM activities a WHERE a.provider_id = $1 AND a.activity_id = $2"
LOCK_FOR_EDIT: Final = f"{_LOCK} FOR NO KEY UPDATE"
LOCK_FOR_DEED: Final = f"{_LOCK} FOR UPDATE"


def _columns(columns: tuple[str, ...], prefix: str = "") -> str:
    return ", ".join(f"{prefix}{column}" for column in columns)


def _children(table: str, columns: tuple[str, ...], member: str) -> str:
    """Write the rows of a child table of what was saved by position, over those that are there."""
    updates = ", ".join(f"{column} = excluded.{column}" for column in columns)
    return f"""
    INSERT INTO {table} (provider_id, activity_id, position, {_columns(columns)})
    SELECT $1, saved.activity_id, child.position, {_columns(columns, "child.")}
    FROM saved, jsonb_populate_recordset(NULL::{table}, $2::jsonb -> '{member}') child
    ON CONFLICT (provider_id, activity_id, position) DO UPDATE SET {updates}
"""


def _history(told: str, *values: str) -> str:
    return f"""
    INSERT INTO activity_history (provider_id, activity_id, version,
        action, actor_kind, credential_id, request_id, {told})
    SELECT $1, saved.activity_id, saved.version, $3, $4, $5, $6, {", ".join(values)} FROM saved
"""


_HISTORY: Final = _history("changes", "$7::jsonb")
_SAVED: Final = f"""
SELECT json_build_object('activity_id', saved.activity_id, 'version', saved.version,
    'created_at', {instant("saved.created_at")}, 'updated_at', {instant("saved.updated_at")},
    'closed_at', {instant("saved.closed_at")}, 'surroundings', {found_around("saved")})
FROM saved
"""
_RETURNING: Final = "RETURNING *"


def _insert(activity_id: str) -> str:
    return f"""
WITH saved AS (
    INSERT INTO activities (provider_id, activity_id, {_columns(ROW_COLUMNS)})
    SELECT $1, {activity_id}, {_columns(ROW_COLUMNS, "row.")}
    FROM jsonb_populate_record(NULL::activities, $2::jsonb) row
    ON CONFLICT (provider_id, format, start_date, internal_id) DO NOTHING
    {_RETURNING}
), sources AS ({_children("commercial_support_sources", SOURCE_COLUMNS, "sources")}
), boards AS ({_children("moc_registrations", BOARD_COLUMNS, "boards")}
), history AS ({_history("content", "$7::json")})
{_SAVED}
"""


# $1 provider, $2 row, $3 action, $4 actor kind, $5 credential, $6 request id, $7 content
INSERT: Final = _insert("nextval('activity_numbers')::text")
# As INSERT, and $8 the activity's id where it is to have a certain one.
INSERT_AS: Final = _insert("coalesce($8, nextval('activity_numbers')::text)")

# As INSERT, $7 the changes, and $8 the activity.
UPDATE: Final = f"""
WITH saved AS (
    UPDATE activities a
    SET ({_columns(ROW_COLUMNS)}, version, updated_at) = (
        SELECT {_columns(ROW_COLUMNS, "row.")}, a.version + 1, now()
        FROM jsonb_populate_record(NULL::activities, $2::jsonb) row)
    WHERE a.provider_id = $1 AND a.activity_id = $8
    {_RETURNING}
), sources AS ({_children("commercial_support_sources", SOURCE_COLUMNS, "sources")}
), sources_left AS (
    DELETE FROM commercial_support_sources
    WHERE provider_id = $1 AND activity_id = $8
        AND position >= jsonb_array_length($2::jsonb -> 'sources')
), boards AS ({_children("moc_registrations", BOARD_COLUMNS, "boards")}
), boards_left AS (
    DELETE FROM moc_registrations
    WHERE provider_id = $1 AND activity_id = $8
        AND position >= jsonb_array_length($2::jsonb -> 'boards')
), history AS ({_HISTORY})
{_SAVED}
"""

# $1 provider, $2 activity, $3 action, $4 actor kind, $5 credential, $6 request id, $7 changes
CLOSE: Final = f"""
WITH saved AS (
    UPDATE activities SET closed_at = now(), version = version + 1, updated_at = now()
    WHERE provider_id = $1 AND activity_id = $2
    {_RETURNING}
), history AS ({_HISTORY})
{_SAVED}
"""

# As CLOSE, and $8 the reason.
REOPEN: Final = f"""
WITH saved AS (
    UPDATE activities SET closed_at = NULL, version = version + 1, updated_at = now()
    WHERE provider_id = $1 AND activity_id = $2
    {_RETURNING}
), history AS ({_history("changes, reason", "$7::jsonb", "$8")})
{_SAVED}
"""

HAS_COMPLETIONS: Final = """
SELECT EXISTS (SELECT 1 FROM learner_completions WHERE provider_id = $1 AND activity_id = $2)
"""

# As CLOSE, and $8 the record that is deleted.
DELETE: Final = f"""
WITH saved AS (
    DELETE FROM activities WHERE provider_id = $1 AND activity_id = $2
    RETURNING activity_id, version + 1 AS version, created_at, updated_at, closed_at
), tombstone AS (
    INSERT INTO activity_tombstones (provider_id, activity_id, record)
    SELECT $1, saved.activity_id, $8::jsonb FROM saved
), history AS ({_HISTORY})
SELECT activity_id FROM saved
"""
