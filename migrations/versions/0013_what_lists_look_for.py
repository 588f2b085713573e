"""What lists look for is kept with a record: its warnings, and the text that is searched.

A list of activities that draw a warning, or contain a word, used to read all that a provider
has. The warnings of what is stored by now are judged here, by the rules as they are at this
migration; from here on every save judges what it writes. Who changes one of these rules
judges the stored records again.
"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_HOST = "substring({0} FROM '//(?:[^/?#@]*@)?([^/?#:]+)')"
_LABELS = f"string_to_array(lower(rtrim({_HOST}, '.')), '.')"
_PLACEHOLDER = f"""(
    SELECT labels[1] = '127'
        OR labels[greatest(cardinality(labels) - 1, 1):]
            && ARRAY['example', 'invalid', 'localhost', 'test']
    FROM (SELECT {_LABELS} AS labels) host)"""
_BOARD = """EXISTS (
    SELECT FROM moc_registrations b
    WHERE b.provider_id = a.provider_id AND b.activity_id = a.activity_id AND {})"""
CONDITIONS = {
    "series.few_credits": "a.format = 'regularly_scheduled_series' AND a.credits < 4",
    "learners.none": "a.format = 'live_course' AND a.physicians = 0 AND a.others = 0",
    "finder.url_placeholder": f"{_PLACEHOLDER.format('a.url')}"
    f" OR {_BOARD.format(_PLACEHOLDER.format('b.url'))}",
    "joint.is_supporter": """EXISTS (
        SELECT FROM commercial_support_sources s
        WHERE s.provider_id = a.provider_id AND s.activity_id = a.activity_id
            AND lower(s.source) IN (SELECT lower(unnest(a.joint_providers))))""",
    "moc.credits_above_activity": f"a.moc_registered AND {_BOARD.format('b.credits > a.credits')}",
    "moc.claim_date_before_end": "a.moc_registered AND "
    + _BOARD.format("b.credit_claim_date < a.end_date"),
    "moc.practice_assessment_format": "a.moc_registered"
    " AND a.format <> 'performance_quality_improvement' AND "
    + _BOARD.format("b.board = 'ABIM' AND 'Practice Assessment (Part IV)' = ANY (b.credit_types)"),
}
_CODES = ", ".join(f"CASE WHEN {drawn} THEN '{code}' END" for code, drawn in CONDITIONS.items())
JUDGE = f"""
UPDATE activities SET warning_codes = judged.codes
FROM (
    SELECT a.provider_id, a.activity_id, array_remove(ARRAY[{_CODES}], NULL) AS codes
    FROM activities a
) judged
WHERE activities.provider_id = judged.provider_id
    AND activities.activity_id = judged.activity_id AND judged.codes <> '{{}}'
"""
COLUMNS = """
ALTER TABLE activities
    ADD COLUMN warning_codes text[] NOT NULL DEFAULT '{}',
    ADD COLUMN searched text NOT NULL GENERATED ALWAYS AS (lower(
        CASE WHEN internal_id IS NULL THEN title ELSE title || chr(10) || internal_id END)) STORED
"""
# Row-level security binds the owner too.
JUDGED = ("activities", "commercial_support_sources", "moc_registrations")


def _index(code: str) -> str:
    return f"activities_warned_{code.replace('.', '_')}"


def upgrade() -> None:
    """Add the columns, judge what is stored, and index both."""
    op.execute(COLUMNS)
    for table in JUDGED:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(JUDGE)
    for table in JUDGED:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    for code in CONDITIONS:
        op.execute(
            f"CREATE INDEX {_index(code)} ON activities (provider_id, activity_id)"
            f" WHERE '{code}' = ANY (warning_codes)"
        )
    _order("INCLUDE (searched)")


def downgrade() -> None:
    """Take the columns away, and with them their indexes."""
    op.execute("ALTER TABLE activities DROP COLUMN warning_codes, DROP COLUMN searched")
    _order("")


def _order(holding: str) -> None:
    """Make the index of the usual order of lists again."""
    op.execute("DROP INDEX IF EXISTS activities_by_updated_at")
    op.execute(
        "CREATE INDEX activities_by_updated_at"
        f" ON activities (provider_id, updated_at, activity_id) {holding}"
    )
