"""Profiles of the providers, their accreditors' deadlines, and the public directory.

The directory is a door of its own: a view that belongs to `pars_directory`, a role that
nobody logs in as. The role is granted the published columns only, and its policies show
it the holders of two roles only. The application may read the view and thereby sees no
more of another provider than everybody may, with whatever settings and whatever query.
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

PROFILES = (
    """
    ALTER TABLE providers
        ADD COLUMN accreditation_status text,
        ADD COLUMN address_lines text[] NOT NULL DEFAULT '{}',
        ADD COLUMN city text,
        ADD COLUMN state text,
        ADD COLUMN postal_code text,
        ADD COLUMN country text,
        ADD COLUMN web_site text
    """,
    """
    CREATE TABLE provider_history (
        provider_id text NOT NULL,
        version integer NOT NULL,
        at timestamptz NOT NULL,
        action text NOT NULL,
        actor_kind text NOT NULL,
        credential_id text NOT NULL,
        request_id text NOT NULL,
        changes jsonb NOT NULL,
        CONSTRAINT provider_history_pkey PRIMARY KEY (provider_id, version)
    )
    """,
    "ALTER TABLE provider_history ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE provider_history FORCE ROW LEVEL SECURITY",
    """
    CREATE POLICY provider_history_own ON provider_history
        USING (provider_id = current_setting('app.provider_id', true))
    """,
    """
    CREATE TABLE reporting_deadlines (
        accreditor_id text NOT NULL
            CONSTRAINT reporting_deadlines_accreditors_fkey REFERENCES accreditors (accreditor_id),
        year integer NOT NULL,
        deadline date NOT NULL,
        CONSTRAINT reporting_deadlines_pkey PRIMARY KEY (accreditor_id, year)
    )
    """,
    "GRANT SELECT, INSERT ON provider_history TO pars_app",
    "GRANT SELECT ON reporting_deadlines TO pars_app",
    "GRANT SELECT ON provider_history, reporting_deadlines TO pars_reader",
)

# Roles belong to the whole server: another of its databases may have made this one.
DIRECTORY_ROLE = """
DO $$
BEGIN
    BEGIN
        CREATE ROLE pars_directory NOLOGIN;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
        NULL;
    END;
    -- Since PostgreSQL 16 the maker of a role may not act as that role before it says so.
    IF NOT pg_has_role(current_user, 'pars_directory', CASE
        WHEN current_setting('server_version_num')::integer < 160000 THEN 'MEMBER'
        ELSE 'SET' END) THEN
        EXECUTE format('GRANT pars_directory TO %I', current_user);
    END IF;
    EXECUTE format('GRANT USAGE, CREATE ON SCHEMA %I TO pars_directory', current_schema());
END
$$
"""

DIRECTORY = (
    "GRANT SELECT (provider_id, name, city, state) ON providers TO pars_directory",
    """
    GRANT SELECT (provider_id, contact_id, given_name, family_name, email, phone)
        ON contacts TO pars_directory
    """,
    "GRANT SELECT ON contact_roles TO pars_directory",
    "CREATE POLICY providers_directory ON providers FOR SELECT TO pars_directory USING (true)",
    """
    CREATE POLICY contact_roles_directory ON contact_roles FOR SELECT TO pars_directory
        USING (role IN ('website', 'primary'))
    """,
    """
    CREATE POLICY contacts_directory ON contacts FOR SELECT TO pars_directory
        USING (EXISTS (
            SELECT FROM contact_roles r
             WHERE r.provider_id = contacts.provider_id AND r.contact_id = contacts.contact_id
        ))
    """,
    """
    CREATE VIEW provider_directory WITH (security_barrier) AS
    SELECT p.provider_id, p.name, p.city, p.state,
           c.contact_id IS NOT NULL AS has_contact,
           c.given_name, c.family_name, c.email, c.phone
      FROM providers p
      LEFT JOIN LATERAL (
           SELECT r.contact_id
             FROM contact_roles r
            WHERE r.provider_id = p.provider_id AND r.role IN ('website', 'primary')
            ORDER BY r.role = 'website' DESC
            LIMIT 1
           ) published ON true
      LEFT JOIN contacts c
        ON c.provider_id = p.provider_id AND c.contact_id = published.contact_id
    """,
    "ALTER VIEW provider_directory OWNER TO pars_directory",
    "GRANT SELECT ON provider_directory TO pars_app, pars_reader",
)

# Nothing more is made under this role, so it keeps no right to make anything.
NO_MORE_VIEWS = """
DO $$
BEGIN
    EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM pars_directory', current_schema());
END
$$
"""

WITHOUT_DIRECTORY = (
    "DROP VIEW provider_directory",
    "DROP POLICY contacts_directory ON contacts",
    "DROP POLICY contact_roles_directory ON contact_roles",
    "DROP POLICY providers_directory ON providers",
    "REVOKE ALL ON contact_roles, contacts, providers FROM pars_directory",
)

WITHOUT_PROFILES = (
    "DROP TABLE reporting_deadlines",
    "DROP TABLE provider_history",
    """
    ALTER TABLE providers
        DROP COLUMN web_site, DROP COLUMN country, DROP COLUMN postal_code, DROP COLUMN state,
        DROP COLUMN city, DROP COLUMN address_lines, DROP COLUMN accreditation_status
    """,
)


def upgrade() -> None:
    """Add the profile, the deadlines and the directory with its own narrow rights."""
    for statement in (*PROFILES, DIRECTORY_ROLE, *DIRECTORY, NO_MORE_VIEWS):
        op.execute(statement)


def downgrade() -> None:
    """Take the directory, the deadlines and the profile away; the role stays with the server."""
    for statement in (*WITHOUT_DIRECTORY, *WITHOUT_PROFILES):
        op.execute(statement)
