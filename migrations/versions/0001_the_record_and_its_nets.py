"""The activity record, its provider, and the nets under both.

Roles: the login of the migrations owns the tables. The server works as `pars_app`,
which row-level security binds (FORCE binds the owner as well). Without
`app.provider_id` set in the transaction, every policy compares with null: no rows.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from app.reference.loading import board_rows

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ROLES = """
DO $$
DECLARE
    wanted text;
    -- From PostgreSQL 16 on, membership and the right to SET ROLE are two things.
    needed text := CASE WHEN current_setting('server_version_num')::int >= 160000
        THEN 'SET' ELSE 'MEMBER' END;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['pars_app', 'pars_reader'] LOOP
        BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL;
        END;
        IF NOT pg_has_role(current_user, wanted, needed) THEN
            EXECUTE format('GRANT %I TO %I', wanted, current_user);
        END IF;
    END LOOP;
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO pars_app, pars_reader', current_schema());
END
$$
"""

TABLES = """
CREATE TABLE accreditors (
    accreditor_id text CONSTRAINT accreditors_pkey PRIMARY KEY,
    name text NOT NULL
);
CREATE TABLE providers (
    provider_id text CONSTRAINT providers_pkey PRIMARY KEY
        CONSTRAINT providers_seven_digits CHECK (provider_id ~ '^[0-9]{7}$'),
    name text NOT NULL,
    accreditor_id text NOT NULL
        CONSTRAINT providers_accreditors_fkey REFERENCES accreditors (accreditor_id),
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE credentials (
    credential_id text CONSTRAINT credentials_pkey PRIMARY KEY,
    kind text NOT NULL CONSTRAINT credentials_kind
        CHECK (kind IN ('provider', 'vendor', 'accreditor', 'operator')),
    mode text NOT NULL CONSTRAINT credentials_mode CHECK (mode IN ('live', 'test')),
    name text NOT NULL,
    key_hash bytea NOT NULL CONSTRAINT credentials_key_hash_key UNIQUE,
    providers text[] NOT NULL,
    scopes text[] NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    revoked_at timestamptz
);
CREATE TABLE moc_boards (
    board text CONSTRAINT moc_boards_pkey PRIMARY KEY,
    name text NOT NULL,
    credit_types text[] NOT NULL,
    practice_areas text[] NOT NULL,
    content_areas jsonb,
    content_areas_required boolean NOT NULL,
    in_effect_from date,
    in_effect_to date,
    exclusive_credit_types jsonb NOT NULL DEFAULT '[]',
    lists text
);
CREATE SEQUENCE activity_numbers START 100000001 MAXVALUE 999999999;
CREATE TABLE activities (
    provider_id text NOT NULL
        CONSTRAINT activities_providers_fkey REFERENCES providers (provider_id),
    activity_id text NOT NULL,
    internal_id text,
    title text NOT NULL,
    format text NOT NULL,
    start_date date NOT NULL,
    end_date date NOT NULL,
    delivery_methods text[] NOT NULL DEFAULT '{}',
    location text,
    city text,
    state text,
    country text,
    credits numeric(6, 2),
    description text,
    cme_finder boolean,
    fee text,
    registration text,
    url text,
    providership text,
    joint_providers text[] NOT NULL DEFAULT '{}',
    outcome_measures jsonb NOT NULL DEFAULT '[]',
    support_received boolean,
    physicians integer,
    others integer,
    moc_registered boolean NOT NULL DEFAULT false,
    attested_by text,
    attested_on date,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    closed_at timestamptz,
    CONSTRAINT activities_pkey PRIMARY KEY (provider_id, activity_id)
);
CREATE UNIQUE INDEX activities_identity
    ON activities (provider_id, format, start_date, internal_id) NULLS NOT DISTINCT;
CREATE TABLE commercial_support_sources (
    provider_id text NOT NULL,
    activity_id text NOT NULL,
    position integer NOT NULL,
    source text,
    monetary boolean,
    amount numeric(14, 2),
    in_kind boolean,
    in_kind_nature text[] NOT NULL DEFAULT '{}',
    received_year integer,
    CONSTRAINT commercial_support_sources_pkey PRIMARY KEY (provider_id, activity_id, position),
    CONSTRAINT commercial_support_sources_activities_fkey
        FOREIGN KEY (provider_id, activity_id)
        REFERENCES activities (provider_id, activity_id) ON DELETE CASCADE
);
CREATE TABLE moc_registrations (
    provider_id text NOT NULL,
    activity_id text NOT NULL,
    position integer NOT NULL,
    board text NOT NULL,
    practice_areas text[] NOT NULL DEFAULT '{}',
    credit_types text[] NOT NULL DEFAULT '{}',
    credits numeric(6, 2),
    content_areas text[] NOT NULL DEFAULT '{}',
    credit_claim_date date,
    fee text,
    registration text,
    url text,
    CONSTRAINT moc_registrations_pkey PRIMARY KEY (provider_id, activity_id, position),
    CONSTRAINT moc_registrations_activities_fkey
        FOREIGN KEY (provider_id, activity_id)
        REFERENCES activities (provider_id, activity_id) ON DELETE CASCADE
);
CREATE TABLE learner_completions (
    provider_id text NOT NULL,
    completion_id text NOT NULL,
    activity_id text NOT NULL,
    credit_id text,
    given_name text NOT NULL,
    family_name text NOT NULL,
    birth_month_day text,
    license_state text,
    license_id text,
    npi text,
    completed_on date NOT NULL,
    credits numeric(6, 2),
    board_credits jsonb NOT NULL DEFAULT '[]',
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT learner_completions_pkey PRIMARY KEY (provider_id, completion_id),
    CONSTRAINT learner_completions_activities_fkey
        FOREIGN KEY (provider_id, activity_id)
        REFERENCES activities (provider_id, activity_id)
);
CREATE UNIQUE INDEX learner_completions_credit ON learner_completions (provider_id, credit_id);
CREATE INDEX learner_completions_activity
    ON learner_completions (provider_id, activity_id, completion_id);
CREATE TABLE activity_history (
    provider_id text NOT NULL,
    activity_id text NOT NULL,
    version integer NOT NULL,
    change_number bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    at timestamptz NOT NULL DEFAULT now(),
    action text NOT NULL,
    actor_kind text NOT NULL,
    credential_id text NOT NULL,
    request_id text NOT NULL,
    changes jsonb NOT NULL,
    CONSTRAINT activity_history_pkey PRIMARY KEY (provider_id, activity_id, version)
);
CREATE TABLE activity_tombstones (
    provider_id text NOT NULL,
    activity_id text NOT NULL,
    deleted_at timestamptz NOT NULL DEFAULT now(),
    record jsonb NOT NULL,
    CONSTRAINT activity_tombstones_pkey PRIMARY KEY (provider_id, activity_id)
);
"""

TENANT_TABLES = (
    "providers",
    "activities",
    "commercial_support_sources",
    "moc_registrations",
    "learner_completions",
    "activity_history",
    "activity_tombstones",
)

CLOSED_STAY = """
CREATE FUNCTION refuse_to_delete_a_closed_activity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a closed activity cannot be deleted'
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'activities_closed_stay';
END
$$;
CREATE TRIGGER activities_closed_stay BEFORE DELETE ON activities
    FOR EACH ROW WHEN (OLD.closed_at IS NOT NULL)
    EXECUTE FUNCTION refuse_to_delete_a_closed_activity()
"""

GRANTS = """
GRANT SELECT, INSERT ON accreditors TO pars_app;
GRANT SELECT, INSERT, UPDATE ON providers TO pars_app;
GRANT SELECT, INSERT, UPDATE ON credentials TO pars_app;
GRANT SELECT ON moc_boards TO pars_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON activities, commercial_support_sources,
    moc_registrations, learner_completions TO pars_app;
GRANT SELECT, INSERT ON activity_history, activity_tombstones TO pars_app;
GRANT USAGE ON SEQUENCE activity_numbers TO pars_app;
GRANT SELECT ON accreditors, providers, moc_boards, activities, commercial_support_sources,
    moc_registrations, activity_history TO pars_reader
"""


MOC_BOARDS = sa.table(
    "moc_boards",
    sa.column("board", sa.Text),
    sa.column("name", sa.Text),
    sa.column("credit_types", ARRAY(sa.Text)),
    sa.column("practice_areas", ARRAY(sa.Text)),
    sa.column("content_areas", JSONB(none_as_null=True)),
    sa.column("content_areas_required", sa.Boolean),
    sa.column("in_effect_from", sa.Date),
    sa.column("in_effect_to", sa.Date),
    sa.column("exclusive_credit_types", JSONB),
    sa.column("lists", sa.Text),
)


def _run(statements: str) -> None:
    for statement in statements.split(";\n"):
        if statement.strip():
            op.execute(statement)


def upgrade() -> None:
    """Create the tables, the roles' grants, row-level security and the delete trigger."""
    op.execute(ROLES)
    _run(TABLES)
    for table in TENANT_TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY {table}_own ON {table} "
            "USING (provider_id = current_setting('app.provider_id', true))"
        )
    function, _, trigger = CLOSED_STAY.partition("$$;\n")
    op.execute(f"{function}$$")
    op.execute(trigger)
    _run(GRANTS)
    op.bulk_insert(MOC_BOARDS, board_rows())


def downgrade() -> None:
    """Drop everything but the roles, which other databases of the cluster may use."""
    for table in (*reversed(TENANT_TABLES), "moc_boards", "credentials", "accreditors"):
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP SEQUENCE activity_numbers")
    op.execute("DROP FUNCTION refuse_to_delete_a_closed_activity")
