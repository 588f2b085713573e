"""Learner completions: their numbers, who wrote them, what they were, and a day's only one.

A completion is written once and seldom again, so its first version is in no history: the
row itself says who wrote it. When it is corrected or deleted, the version that goes is
kept. The application may add such versions and read them, and nothing more.
"""

import json

import sqlalchemy as sa
from alembic import op

from app.reference.loading import BOARDS_FILE

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

UPGRADE = (
    # Twelve digits each: the order of the texts is the order of the numbers.
    "CREATE SEQUENCE completion_numbers START 100000000001 MAXVALUE 999999999999",
    "GRANT USAGE ON SEQUENCE completion_numbers TO pars_app",
    """
    ALTER TABLE learner_completions
        ALTER COLUMN completion_id SET DEFAULT nextval('completion_numbers')::text,
        ADD COLUMN actor_kind text,
        ADD COLUMN credential_id text,
        ADD COLUMN request_id text
    """,
    """
    CREATE TABLE learner_completion_history (
        provider_id text NOT NULL,
        completion_id text NOT NULL,
        version integer NOT NULL,
        activity_id text NOT NULL,
        at timestamptz NOT NULL,
        action text NOT NULL,
        actor_kind text,
        credential_id text,
        request_id text,
        record jsonb,
        CONSTRAINT learner_completion_history_pkey
            PRIMARY KEY (provider_id, completion_id, version)
    )
    """,
    """
    CREATE INDEX learner_completion_history_activity
        ON learner_completion_history (provider_id, activity_id, completion_id)
    """,
    """
    CREATE TABLE learner_board_days (
        provider_id text NOT NULL,
        activity_id text NOT NULL,
        board text NOT NULL,
        board_learner_id text NOT NULL,
        completed_on date NOT NULL,
        completion_id text NOT NULL,
        CONSTRAINT learner_board_days_pkey
            PRIMARY KEY (provider_id, activity_id, board, board_learner_id, completed_on),
        CONSTRAINT learner_board_days_completions_fkey
            FOREIGN KEY (provider_id, completion_id)
            REFERENCES learner_completions (provider_id, completion_id) ON DELETE CASCADE
    )
    """,
    """
    CREATE INDEX learner_board_days_completion
        ON learner_board_days (provider_id, completion_id)
    """,
    *(
        statement
        for table in ("learner_completion_history", "learner_board_days")
        for statement in (
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            f"""
            CREATE POLICY {table}_own ON {table}
                USING (provider_id = current_setting('app.provider_id', true))
            """,
        )
    ),
    "GRANT SELECT, INSERT ON learner_completion_history TO pars_app",
    "GRANT SELECT, INSERT, DELETE ON learner_board_days TO pars_app",
    "ALTER TABLE moc_boards ADD COLUMN one_completion_a_day boolean NOT NULL DEFAULT false",
)

DOWNGRADE = (
    "ALTER TABLE moc_boards DROP COLUMN one_completion_a_day",
    "DROP TABLE learner_board_days",
    "DROP TABLE learner_completion_history",
    """
    ALTER TABLE learner_completions
        ALTER COLUMN completion_id DROP DEFAULT,
        DROP COLUMN request_id, DROP COLUMN credential_id, DROP COLUMN actor_kind
    """,
    "DROP SEQUENCE completion_numbers",
)


def upgrade() -> None:
    """Give completions numbers and a history, and boards the rule of one a day."""
    for statement in UPGRADE:
        op.execute(statement)
    boards = json.loads(BOARDS_FILE.read_text(encoding="utf-8"))["boards"]
    only_one = [board["code"] for board in boards if board.get("one_completion_a_day")]
    statement = "UPDATE moc_boards SET one_completion_a_day = true WHERE board = ANY (:boards)"
    op.get_bind().execute(sa.text(statement), {"boards": only_one})


def downgrade() -> None:
    """Take it back; the completions themselves stay."""
    for statement in DOWNGRADE:
        op.execute(statement)
