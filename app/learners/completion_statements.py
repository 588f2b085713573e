"""The tuned SQL of completions: many rows in one statement, one row just as well."""

from typing import Final

from app.activities.statements import instant
from app.learners.completion_schemas import CompletionContent

CONTENT_COLUMNS: Final = tuple(CompletionContent.model_fields)
_ACTOR: Final = "actor_kind, credential_id, request_id"


def content_columns(prefix: str = "") -> str:
    """Name the columns of what a completion says, each under a prefix."""
    return ", ".join(f"{prefix}{column}" for column in CONTENT_COLUMNS)


_CONTENT: Final = ", ".join(
    f"'{column}', {f'trim_scale(c.{column})' if column == 'credits' else f'c.{column}'}"
    for column in CONTENT_COLUMNS
)
DOCUMENT: Final = f"""
json_build_object('completion_id', c.completion_id, 'activity_id', c.activity_id,
    'provider_id', c.provider_id, {_CONTENT}, 'version', c.version,
    'created_at', {instant("c.created_at")}, 'updated_at', {instant("c.updated_at")})
"""

# While a completion is judged and saved nobody changes its activity; others may report
# completions of it at the same time.
HOLD_ACTIVITY: Final = """
SELECT 1 FROM activities a WHERE a.provider_id = $1 AND a.activity_id = $2 FOR SHARE
"""
# The same of many, in one order always.
HOLD_ACTIVITIES: Final = """
SELECT a.activity_id, a.version, a.format, a.start_date, a.internal_id FROM activities a
WHERE a.provider_id = $1 AND a.activity_id = ANY ($2::text[]) ORDER BY a.activity_id FOR SHARE
"""

# A plan that is kept for the session would be that of the first chunk of an import, when the
# tables may be empty: many completions are looked up by a plan of their own. The foreign key
# is looked up for each of them, which in a table of a few pages would read all of it.
PLAN_BY_SIZE: Final = "SET LOCAL plan_cache_mode = auto; SET LOCAL enable_seqscan = off"

_NAMED: Final = """
    c.provider_id = $1 AND (c.completion_id = ANY ($2::text[]) OR c.credit_id = ANY ($3::text[]))
"""
# $1 provider, $2 completions, $3 credit ids
READ: Final = f"""
SELECT {DOCUMENT}::text FROM learner_completions c WHERE {_NAMED}
"""  # noqa: S608 - own text
# What is locked or entered is so in one order always: two calls that are about the same
# completions wait for each other once, and not each for the other.
LOCK: Final = f"""
SELECT 1 FROM learner_completions c WHERE {_NAMED} ORDER BY c.completion_id FOR UPDATE
"""  # noqa: S608 - own text

# $1 provider, $2 activity; the days: $3 boards, $4 learners, $5 dates
DAYS_TAKEN: Final = """
SELECT d.board, d.board_learner_id, d.completed_on, d.completion_id
FROM unnest($3::text[], $4::text[], $5::date[]) AS day (board, board_learner_id, completed_on)
    JOIN learner_board_days d ON d.provider_id = $1 AND d.activity_id = $2
        AND d.board = day.board AND d.board_learner_id = day.board_learner_id
        AND d.completed_on = day.completed_on
"""

NUMBERS: Final = """
SELECT nextval('completion_numbers')::text FROM generate_series(1, $1::integer)
"""

# $1 provider, $2 activity, $3 actor kind, $4 credential, $5 request id, $6 a JSON array
INSERT: Final = f"""
WITH saved AS (
    INSERT INTO learner_completions (provider_id, activity_id, {_ACTOR}, completion_id,
        {content_columns()})
    SELECT $1, $2, $3, $4, $5, row.completion_id, {content_columns("row.")}
    FROM json_populate_recordset(NULL::learner_completions, $6::json) row
    ORDER BY row.credit_id COLLATE "C"
    ON CONFLICT (provider_id, credit_id) DO NOTHING
    RETURNING completion_id
)
SELECT count(*) FROM saved
"""  # noqa: S608 - own text

# As INSERT; each row carries the version it was read at, and keeps that in the history.
CORRECT: Final = f"""
WITH sent AS MATERIALIZED (
    SELECT * FROM json_populate_recordset(NULL::learner_completions, $6::json)
), kept AS MATERIALIZED (
    SELECT c.* FROM learner_completions c JOIN sent USING (completion_id)
    WHERE c.provider_id = $1 AND c.activity_id = $2
    ORDER BY c.completion_id FOR NO KEY UPDATE OF c
), saved AS (
    UPDATE learner_completions c
    SET ({content_columns()}, {_ACTOR}, version, updated_at) = ROW (
        {content_columns("row.")}, $3, $4, $5, row.version + 1, now())
    FROM sent row
    WHERE c.provider_id = $1 AND c.completion_id = row.completion_id
        AND c.version = row.version
        AND row.completion_id IN (SELECT completion_id FROM kept)
    RETURNING c.completion_id
), history AS (
    INSERT INTO learner_completion_history (provider_id, completion_id, version, activity_id,
        at, action, {_ACTOR}, record)
    SELECT c.provider_id, c.completion_id, c.version, c.activity_id, c.updated_at,
        CASE c.version WHEN 1 THEN 'recorded' ELSE 'corrected' END,
        c.actor_kind, c.credential_id, c.request_id, {DOCUMENT}::jsonb
    FROM kept c JOIN saved USING (completion_id)
)
SELECT count(*) FROM saved
"""  # noqa: S608 - own text

# $1 provider, $2 activity, $3 actor kind, $4 credential, $5 request id; $6 completions and
# $7 the versions they were read at. What was there is kept, and that it is gone.
REMOVE: Final = f"""
WITH sent AS MATERIALIZED (
    SELECT * FROM unnest($6::text[], $7::integer[]) AS row (completion_id, version)
), held AS MATERIALIZED (
    SELECT c.completion_id FROM learner_completions c JOIN sent USING (completion_id)
    WHERE c.provider_id = $1 AND c.activity_id = $2
    ORDER BY c.completion_id FOR UPDATE OF c
), saved AS (
    DELETE FROM learner_completions c USING sent JOIN held USING (completion_id)
    WHERE c.provider_id = $1 AND c.completion_id = sent.completion_id
        AND c.version = sent.version
    RETURNING c.*
), history AS (
    INSERT INTO learner_completion_history (provider_id, completion_id, version, activity_id,
        at, action, {_ACTOR}, record)
    SELECT c.provider_id, c.completion_id, c.version, c.activity_id, c.updated_at,
        CASE c.version WHEN 1 THEN 'recorded' ELSE 'corrected' END,
        c.actor_kind, c.credential_id, c.request_id, {DOCUMENT}::jsonb
    FROM saved c
    UNION ALL
    SELECT $1, c.completion_id, c.version + 1, $2, now(), 'deleted', $3, $4, $5, NULL
    FROM saved c
)
SELECT count(*) FROM saved
"""  # noqa: S608 - own text

# $1 provider, $2 completions
FREE_DAYS: Final = """
DELETE FROM learner_board_days WHERE provider_id = $1 AND completion_id = ANY ($2::text[])
"""
# $1 provider, $2 activity, $3 a JSON array
TAKE_DAYS: Final = """
INSERT INTO learner_board_days
    (provider_id, activity_id, board, board_learner_id, completed_on, completion_id)
SELECT $1, $2, row.board, row.board_learner_id, row.completed_on, row.completion_id
FROM json_populate_recordset(NULL::learner_board_days, $3::json) row
ORDER BY row.board, row.board_learner_id, row.completed_on
"""
