"""Indexes that every documented filter and sort of activities runs on.

A list is read along (provider, sort key, activity), so each order has an index of that
shape, in one direction for both orders. All of them begin with the provider: what a list
costs depends on the provider's own records and not on how many there are in all.

There is no trigram index for the search in titles. Row-level security lets only
leakproof operators into an index condition, and ILIKE is none: the index would be kept
on every write and never be read. The search looks through the provider's records.
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INDEXES = {
    "activities_by_updated_at": "activities (provider_id, updated_at, activity_id)",
    "activities_by_created_at": "activities (provider_id, created_at, activity_id)",
    "activities_by_start_date": "activities (provider_id, start_date, activity_id)",
    "activities_by_end_date": "activities (provider_id, end_date, activity_id)",
    "activities_by_title": "activities (provider_id, title, activity_id)",
    "activities_by_internal_id": (
        "activities (provider_id,"
        " (CASE WHEN internal_id IS NULL THEN '' ELSE internal_id END),"
        " activity_id)"
    ),
    "moc_registrations_by_board": "moc_registrations (provider_id, board, activity_id)",
}


def upgrade() -> None:
    """Create the indexes."""
    for name, columns in INDEXES.items():
        op.execute(f"CREATE INDEX {name} ON {columns}")


def downgrade() -> None:
    """Drop the indexes."""
    for name in reversed(INDEXES):
        op.execute(f"DROP INDEX {name}")
