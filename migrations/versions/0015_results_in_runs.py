"""What became of the rows of an import, in runs: rows that follow each other, ids that do.

Most rows of most files come to the same end as the row before, with a record that has the
next number. A chunk is kept as its runs now, each with its length.
"""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# Where no lengths are kept, as before this migration, each run is one row.
UPGRADE = "ALTER TABLE import_applied ADD COLUMN lengths integer[]"
TAKEN_APART = """
UPDATE import_applied a SET (rows, outcomes, record_ids) = (
    SELECT array_agg(run.row + place ORDER BY run.row, place),
        array_agg(run.outcome ORDER BY run.row, place),
        array_agg(CASE run.length WHEN 1 THEN run.record_id
            ELSE (run.record_id::bigint + place)::text END ORDER BY run.row, place)
    FROM unnest(a.rows, a.lengths, a.outcomes, a.record_ids)
            AS run("row", length, outcome, record_id),
        generate_series(0, run.length - 1) AS place
)
WHERE lengths IS NOT NULL
"""


def upgrade() -> None:
    """Add the lengths."""
    op.execute(UPGRADE)


def downgrade() -> None:
    """Keep every row by itself again."""
    # Row-level security binds the owner too.
    op.execute("ALTER TABLE import_applied NO FORCE ROW LEVEL SECURITY")
    op.execute(TAKEN_APART)
    op.execute("ALTER TABLE import_applied FORCE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE import_applied DROP COLUMN lengths")
