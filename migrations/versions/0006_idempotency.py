"""Answers kept for repeated calls, reasons in the audit trail, and the order of the feed.

The number of the transaction is added with a default that does not rewrite the table:
PostgreSQL works it out once for all rows that are there.
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

UPGRADE = (
    """
    CREATE TABLE idempotency_keys (
        credential_id text NOT NULL,
        key text NOT NULL,
        fingerprint bytea NOT NULL,
        status integer NOT NULL,
        headers jsonb NOT NULL,
        body bytea NOT NULL,
        expires_at timestamptz NOT NULL,
        CONSTRAINT idempotency_keys_pkey PRIMARY KEY (credential_id, key)
    )
    """,
    "CREATE INDEX idempotency_keys_expiry ON idempotency_keys (expires_at)",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_keys TO pars_app",
    """
    ALTER TABLE activity_history
        ADD COLUMN reason text,
        ADD COLUMN transaction_id bigint NOT NULL DEFAULT (pg_current_xact_id()::text::bigint)
    """,
    """
    CREATE INDEX activity_history_feed
        ON activity_history (provider_id, transaction_id, change_number)
    """,
)

DOWNGRADE = (
    "DROP INDEX activity_history_feed",
    "ALTER TABLE activity_history DROP COLUMN transaction_id, DROP COLUMN reason",
    "DROP TABLE idempotency_keys",
)


def upgrade() -> None:
    """Create the table of kept answers, and add what the feed and the reasons need."""
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    """Take all of it away again."""
    for statement in DOWNGRADE:
        op.execute(statement)
