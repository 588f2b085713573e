"""A new record's entry in the history keeps the record, of which its changes follow.

It is written as it was, and read as a list of changes; taking that list apart for every
record that is entered had PostgreSQL work as long as on the record itself.
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# What the application did before: every field that was answered, by its pointer.
ENTER_CHANGES = """
UPDATE activity_history SET changes = (
    SELECT coalesce(jsonb_agg(jsonb_build_object(
        'pointer', pointer, 'before', NULL, 'after', value::jsonb)), '[]')
    FROM (
        SELECT '/' || key AS pointer, value FROM json_each(content)
        WHERE key NOT IN ('commercial_support', 'learners', 'moc')
        UNION ALL
        SELECT '/' || part.key || '/' || member.key, member.value
        FROM json_each(content) part, json_each(part.value) member
        WHERE part.key IN ('commercial_support', 'learners', 'moc')
    ) field
    WHERE value::text NOT IN ('null', '[]')
)
WHERE content IS NOT NULL
"""


def upgrade() -> None:
    """Add the content of a record as it was entered."""
    op.execute(
        "ALTER TABLE activity_history ADD COLUMN content json, "
        "ALTER COLUMN changes SET DEFAULT '[]'"
    )


def downgrade() -> None:
    """Work the changes out again for what was entered meanwhile."""
    # Row-level security binds the owner too.
    op.execute("ALTER TABLE activity_history NO FORCE ROW LEVEL SECURITY")
    op.execute(ENTER_CHANGES)
    op.execute("ALTER TABLE activity_history FORCE ROW LEVEL SECURITY")
    op.execute(
        "ALTER TABLE activity_history DROP COLUMN content, ALTER COLUMN changes DROP DEFAULT"
    )
