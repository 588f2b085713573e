"""Every change of the register is in an audit trail: of credentials, and of accreditors.

A credential's trail is seen by whoever sees the credential; that an accreditor was entered,
by the operator and by the accreditor itself.
"""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_TRAIL = """
    change_number bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    at timestamptz NOT NULL,
    action text NOT NULL,
    actor_kind text NOT NULL,
    credential_id text NOT NULL,
    request_id text NOT NULL,
    changes jsonb NOT NULL
"""
UPGRADE = (
    f"""
    CREATE TABLE credential_history (
        changed_credential_id text NOT NULL,
        {_TRAIL},
        CONSTRAINT credential_history_pkey PRIMARY KEY (changed_credential_id, change_number)
    )
    """,
    f"""
    CREATE TABLE accreditor_history (
        accreditor_id text NOT NULL
            CONSTRAINT accreditor_history_accreditors_fkey REFERENCES accreditors (accreditor_id),
        {_TRAIL},
        CONSTRAINT accreditor_history_pkey PRIMARY KEY (accreditor_id, change_number)
    )
    """,
    *(
        f"ALTER TABLE {table} {change} ROW LEVEL SECURITY"
        for table in ("credential_history", "accreditor_history")
        for change in ("ENABLE", "FORCE")
    ),
    *(
        f"CREATE POLICY {table}_register ON {table} TO pars_operator USING (true)"
        for table in ("credential_history", "accreditor_history")
    ),
    """
    CREATE POLICY credential_history_own ON credential_history TO pars_app
        USING (EXISTS (
            SELECT FROM credentials c
             WHERE c.credential_id = credential_history.changed_credential_id
               AND current_setting('app.provider_id', true) = ANY (c.providers)))
    """,
    """
    CREATE POLICY accreditor_history_own ON accreditor_history FOR SELECT TO pars_accreditor
        USING (accreditor_id = current_setting('app.accreditor_id', true))
    """,
    "GRANT SELECT, INSERT ON credential_history TO pars_app, pars_operator",
    "GRANT SELECT, INSERT ON accreditor_history TO pars_operator",
    "GRANT SELECT ON accreditor_history TO pars_accreditor",
)


def upgrade() -> None:
    """Add both trails, and say who may add to them and read them."""
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    """Take them away."""
    op.execute("DROP TABLE accreditor_history")
    op.execute("DROP TABLE credential_history")
