"""Contacts of the providers, the roles they hold, and their audit trail."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

STATEMENTS = (
    "ALTER TABLE providers ADD COLUMN contacts_version integer NOT NULL DEFAULT 0",
    "CREATE SEQUENCE contact_numbers START 500000001 MAXVALUE 999999999",
    """
    CREATE TABLE contacts (
        provider_id text NOT NULL
            CONSTRAINT contacts_providers_fkey REFERENCES providers (provider_id),
        contact_id text NOT NULL,
        given_name text NOT NULL,
        family_name text NOT NULL,
        credentials text,
        job_title text,
        email text NOT NULL,
        phone text,
        last_reviewed_at timestamptz,
        version integer NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT contacts_pkey PRIMARY KEY (provider_id, contact_id)
    )
    """,
    "CREATE INDEX contacts_by_name ON contacts (provider_id, family_name, given_name, contact_id)",
    """
    CREATE TABLE contact_roles (
        provider_id text NOT NULL,
        role text NOT NULL,
        contact_id text NOT NULL,
        CONSTRAINT contact_roles_pkey PRIMARY KEY (provider_id, role, contact_id),
        CONSTRAINT contact_roles_contacts_fkey FOREIGN KEY (provider_id, contact_id)
            REFERENCES contacts (provider_id, contact_id)
    )
    """,
    """
    CREATE UNIQUE INDEX contact_roles_single_holder ON contact_roles (provider_id, role)
        WHERE role <> 'staff'
    """,
    """
    CREATE TABLE contact_history (
        provider_id text NOT NULL,
        contact_id text NOT NULL,
        version integer NOT NULL,
        at timestamptz NOT NULL,
        action text NOT NULL,
        actor_kind text NOT NULL,
        credential_id text NOT NULL,
        request_id text NOT NULL,
        changes jsonb NOT NULL,
        CONSTRAINT contact_history_pkey PRIMARY KEY (provider_id, contact_id, version)
    )
    """,
    "GRANT SELECT, INSERT, UPDATE, DELETE ON contacts, contact_roles TO pars_app",
    "GRANT SELECT, INSERT ON contact_history TO pars_app",
    "GRANT USAGE ON SEQUENCE contact_numbers TO pars_app",
    "GRANT SELECT ON contacts, contact_roles, contact_history TO pars_reader",
)

TENANT_TABLES = ("contacts", "contact_roles", "contact_history")


def upgrade() -> None:
    """Create the tables with their grants and row-level security."""
    for statement in STATEMENTS:
        op.execute(statement)
    for table in TENANT_TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY {table}_own ON {table} "
            "USING (provider_id = current_setting('app.provider_id', true))"
        )


def downgrade() -> None:
    """Drop the tables, children first."""
    for table in ("contact_history", "contact_roles", "contacts"):
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP SEQUENCE contact_numbers")
    op.execute("ALTER TABLE providers DROP COLUMN contacts_version")
