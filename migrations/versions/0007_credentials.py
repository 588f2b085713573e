"""Credentials of vendors, accreditors and operators, and what an accreditor sees.

Each kind of caller has a door of its own into the database. `pars_app` works on the rows
of one provider at a time. `pars_accreditor` reads the rows of one accreditor's providers
and writes nothing but its deadlines. `pars_operator` keeps the register of providers,
accreditors and credentials and cannot read an activity. The application takes the last
two for single transactions; it is a member of both and inherits nothing from either.
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# Roles belong to the whole server: another of its databases may have made these.
ROLES = """
DO $$
DECLARE
    wanted text;
    separate boolean := current_setting('server_version_num')::int >= 160000;
    needed text := CASE WHEN separate THEN 'SET' ELSE 'MEMBER' END;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['pars_accreditor', 'pars_operator'] LOOP
        BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL;
        END;
        IF NOT pg_has_role(current_user, wanted, needed) THEN
            EXECUTE format('GRANT %I TO %I', wanted, current_user);
        END IF;
        -- To take a role for one transaction is one thing, to have its rights always another.
        IF NOT pg_has_role('pars_app', wanted, needed) THEN
            EXECUTE format('GRANT %I TO pars_app', wanted)
                || CASE WHEN separate THEN ' WITH INHERIT FALSE, SET TRUE' ELSE '' END;
        END IF;
    END LOOP;
    IF NOT separate THEN
        ALTER ROLE pars_app NOINHERIT;
    END IF;
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO pars_accreditor, pars_operator', current_schema());
END
$$
"""

CREDENTIALS = (
    """
    ALTER TABLE credentials
        ADD COLUMN accreditor_id text
            CONSTRAINT credentials_accreditors_fkey REFERENCES accreditors (accreditor_id),
        ADD COLUMN created_by text,
        ADD COLUMN last_used_at timestamptz,
        ADD COLUMN revoked_by text,
        ADD CONSTRAINT credentials_speaks_for CHECK (
            (kind = 'accreditor') = (accreditor_id IS NOT NULL)
            AND CASE kind WHEN 'provider' THEN cardinality(providers) = 1
                WHEN 'vendor' THEN true ELSE cardinality(providers) = 0 END)
    """,
    "CREATE INDEX credentials_by_provider ON credentials USING gin (providers)",
    "CREATE INDEX credentials_by_age ON credentials (created_at, credential_id)",
    "ALTER TABLE credentials ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE credentials FORCE ROW LEVEL SECURITY",
    # Authentication comes before any provider is known. It names the one credential it
    # is about, by its id or by the hash of its key.
    """
    CREATE POLICY credentials_named ON credentials TO pars_app USING (
        credential_id = current_setting('app.credential', true)
        OR encode(key_hash, 'hex') = current_setting('app.credential', true))
    """,
    """
    CREATE POLICY credentials_own ON credentials FOR SELECT TO pars_app
        USING (current_setting('app.provider_id', true) = ANY (providers))
    """,
    """
    CREATE POLICY credentials_issued ON credentials FOR INSERT TO pars_app
        WITH CHECK (kind = 'provider'
            AND providers = ARRAY[current_setting('app.provider_id', true)])
    """,
    """
    CREATE POLICY credentials_revoked ON credentials FOR UPDATE TO pars_app
        USING (kind = 'provider' AND current_setting('app.provider_id', true) = ANY (providers))
    """,
    "CREATE POLICY credentials_register ON credentials TO pars_operator USING (true)",
    "REVOKE INSERT, UPDATE ON credentials FROM pars_app",
    "GRANT INSERT, UPDATE (last_used_at, revoked_at, revoked_by) ON credentials TO pars_app",
    """
    GRANT SELECT, INSERT, UPDATE (providers, revoked_at, revoked_by)
        ON credentials TO pars_operator
    """,
)

REGISTER = (
    "CREATE INDEX providers_by_accreditor ON providers (accreditor_id, provider_id)",
    "CREATE POLICY providers_register ON providers TO pars_operator USING (true)",
    "CREATE POLICY provider_history_register ON provider_history TO pars_operator USING (true)",
    "REVOKE INSERT ON accreditors, providers FROM pars_app",
    "GRANT SELECT, INSERT ON accreditors, providers, provider_history TO pars_operator",
)

OWN_PROVIDERS = """
    EXISTS (SELECT FROM providers p WHERE p.provider_id = {table}.provider_id
        AND p.accreditor_id = current_setting('app.accreditor_id', true))
"""
READ_BY_ACCREDITORS = {
    "activities": "",
    "commercial_support_sources": "",
    "moc_registrations": "",
    "learner_snapshots": "",
    "activity_history": "",
    "contacts": "",
    "contact_roles": "",
    # How many completions there are says something about a record; whose they are is
    # not for the accreditor to read.
    "learner_completions": "(provider_id, activity_id)",
}

ACCREDITORS = (
    # What changed last, across all providers: how an accreditor's list begins.
    "CREATE INDEX activities_across_by_updated_at ON activities (updated_at, activity_id)",
    """
    CREATE POLICY providers_accreditor ON providers FOR SELECT TO pars_accreditor
        USING (accreditor_id = current_setting('app.accreditor_id', true))
    """,
    """
    GRANT SELECT ON providers, accreditors, reporting_deadlines, moc_boards, supporters,
        supporter_aliases TO pars_accreditor
    """,
    *(
        f"CREATE POLICY {table}_accreditor ON {table} FOR SELECT TO pars_accreditor "
        f"USING ({OWN_PROVIDERS.format(table=table)})"
        for table in READ_BY_ACCREDITORS
    ),
    *(
        f"GRANT SELECT {columns} ON {table} TO pars_accreditor"
        for table, columns in READ_BY_ACCREDITORS.items()
    ),
)

DEADLINES = (
    """
    CREATE TABLE reporting_deadline_history (
        accreditor_id text NOT NULL
            CONSTRAINT reporting_deadline_history_accreditors_fkey
            REFERENCES accreditors (accreditor_id),
        year integer NOT NULL,
        change_number bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
        at timestamptz NOT NULL,
        action text NOT NULL,
        actor_kind text NOT NULL,
        credential_id text NOT NULL,
        request_id text NOT NULL,
        changes jsonb NOT NULL,
        CONSTRAINT reporting_deadline_history_pkey PRIMARY KEY (accreditor_id, year, change_number)
    )
    """,
    "ALTER TABLE reporting_deadlines ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE reporting_deadlines FORCE ROW LEVEL SECURITY",
    "ALTER TABLE reporting_deadline_history ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE reporting_deadline_history FORCE ROW LEVEL SECURITY",
    # Until when is reported is no secret.
    "CREATE POLICY reporting_deadlines_read ON reporting_deadlines FOR SELECT USING (true)",
    *(
        f"CREATE POLICY {table}_own ON {table} TO pars_accreditor "
        "USING (accreditor_id = current_setting('app.accreditor_id', true))"
        for table in ("reporting_deadlines", "reporting_deadline_history")
    ),
    "GRANT INSERT, UPDATE, DELETE ON reporting_deadlines TO pars_accreditor",
    "GRANT SELECT, INSERT ON reporting_deadline_history TO pars_accreditor",
    "GRANT SELECT ON reporting_deadline_history TO pars_reader",
)

DOWNGRADE = (
    "DROP TABLE reporting_deadline_history",
    "DROP POLICY reporting_deadlines_own ON reporting_deadlines",
    "DROP POLICY reporting_deadlines_read ON reporting_deadlines",
    "ALTER TABLE reporting_deadlines NO FORCE ROW LEVEL SECURITY",
    "ALTER TABLE reporting_deadlines DISABLE ROW LEVEL SECURITY",
    "DROP INDEX activities_across_by_updated_at",
    *(f"DROP POLICY {table}_accreditor ON {table}" for table in READ_BY_ACCREDITORS),
    "DROP POLICY providers_accreditor ON providers",
    "DROP POLICY provider_history_register ON provider_history",
    "DROP POLICY providers_register ON providers",
    "DROP INDEX providers_by_accreditor",
    *(
        f"DROP POLICY credentials_{name} ON credentials"
        for name in ("register", "revoked", "issued", "own", "named")
    ),
    "ALTER TABLE credentials NO FORCE ROW LEVEL SECURITY",
    "ALTER TABLE credentials DISABLE ROW LEVEL SECURITY",
    "DROP INDEX credentials_by_age",
    "DROP INDEX credentials_by_provider",
    """
    ALTER TABLE credentials
        DROP CONSTRAINT credentials_speaks_for, DROP COLUMN revoked_by,
        DROP COLUMN last_used_at, DROP COLUMN created_by, DROP COLUMN accreditor_id
    """,
    "GRANT INSERT ON accreditors, providers TO pars_app",
    "GRANT INSERT, UPDATE ON credentials TO pars_app",
    """
    DO $$
    BEGIN
        EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM pars_accreditor, pars_operator',
            current_schema());
        EXECUTE format('REVOKE ALL ON SCHEMA %I FROM pars_accreditor, pars_operator',
            current_schema());
    END
    $$
    """,
)


def upgrade() -> None:
    """Make the two roles, and give each exactly what its kind of caller needs."""
    for statement in (ROLES, *CREDENTIALS, *REGISTER, *ACCREDITORS, *DEADLINES):
        op.execute(statement)


def downgrade() -> None:
    """Take it all back; the roles stay with the server."""
    for statement in DOWNGRADE:
        op.execute(statement)
