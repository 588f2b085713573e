"""The supporters' directory, the text behind an attestation, and yearly learner snapshots."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# Two ways of writing one company's name are one key: case, blanks and signs do not count.
SUPPORTER_KEY = r"""
CREATE FUNCTION supporter_key(name text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(
        nullif(btrim(regexp_replace(lower(name), '[^[:alnum:]]+', ' ', 'g')), ''), lower(name))
$$
"""

DIRECTORY = """
CREATE TABLE supporters (
    name text CONSTRAINT supporters_pkey PRIMARY KEY
);
CREATE TABLE supporter_aliases (
    key text CONSTRAINT supporter_aliases_pkey PRIMARY KEY,
    alias text NOT NULL,
    name text NOT NULL
        CONSTRAINT supporter_aliases_supporters_fkey REFERENCES supporters (name)
);
CREATE INDEX supporter_aliases_name ON supporter_aliases (name);
GRANT SELECT, INSERT ON supporters, supporter_aliases TO pars_app;
GRANT SELECT ON supporters, supporter_aliases TO pars_reader
"""

SNAPSHOTS = """
CREATE TABLE learner_snapshots (
    provider_id text NOT NULL,
    activity_id text NOT NULL,
    as_of date NOT NULL,
    physicians integer NOT NULL,
    others integer NOT NULL,
    CONSTRAINT learner_snapshots_pkey PRIMARY KEY (provider_id, activity_id, as_of),
    CONSTRAINT learner_snapshots_activities_fkey
        FOREIGN KEY (provider_id, activity_id)
        REFERENCES activities (provider_id, activity_id) ON DELETE CASCADE
);
ALTER TABLE learner_snapshots ENABLE ROW LEVEL SECURITY;
ALTER TABLE learner_snapshots FORCE ROW LEVEL SECURITY;
CREATE POLICY learner_snapshots_own ON learner_snapshots
    USING (provider_id = current_setting('app.provider_id', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON learner_snapshots TO pars_app;
GRANT SELECT ON learner_snapshots TO pars_reader
"""

# Whatever statement writes an attestation, the text that was in force is recorded with it
# and stays until somebody attests again. A new text is a migration that replaces this
# function, so that what people agreed to is told by the schema's own history.
RECORD_ATTESTATION_TEXT = """
CREATE FUNCTION record_attestation_text() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.attestation_text_version := CASE
        WHEN NEW.attested_by IS NOT NULL OR NEW.attested_on IS NOT NULL THEN '2026-01' END;
    RETURN NEW;
END
$$
"""

ATTESTATION_TRIGGERS = """
CREATE TRIGGER activities_attested BEFORE INSERT ON activities
    FOR EACH ROW WHEN (NEW.attested_by IS NOT NULL OR NEW.attested_on IS NOT NULL)
    EXECUTE FUNCTION record_attestation_text();
CREATE TRIGGER activities_attested_again BEFORE UPDATE OF attested_by, attested_on ON activities
    FOR EACH ROW WHEN (
        OLD.attested_by IS DISTINCT FROM NEW.attested_by
        OR OLD.attested_on IS DISTINCT FROM NEW.attested_on)
    EXECUTE FUNCTION record_attestation_text()
"""

# The owner is bound by row-level security too, and sees no row without a provider.
ATTESTED_EARLIER = """
ALTER TABLE activities NO FORCE ROW LEVEL SECURITY;
UPDATE activities SET attestation_text_version = '2026-01'
WHERE attested_by IS NOT NULL OR attested_on IS NOT NULL;
ALTER TABLE activities FORCE ROW LEVEL SECURITY
"""


def _run(statements: str) -> None:
    for statement in statements.split(";\n"):
        op.execute(statement)


def upgrade() -> None:
    """Add the directory, the snapshots, and the version of the attestation's text."""
    for extension in ("pg_trgm", "fuzzystrmatch"):
        op.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
    op.execute(SUPPORTER_KEY)
    _run(DIRECTORY)
    _run(SNAPSHOTS)
    op.execute("ALTER TABLE activities ADD COLUMN attestation_text_version text")
    op.execute(RECORD_ATTESTATION_TEXT)
    _run(ATTESTATION_TRIGGERS)
    _run(ATTESTED_EARLIER)


def downgrade() -> None:
    """Take everything back but the extensions, on which indexes of others may stand."""
    op.execute("DROP TRIGGER activities_attested_again ON activities")
    op.execute("DROP TRIGGER activities_attested ON activities")
    op.execute("DROP FUNCTION record_attestation_text")
    op.execute("ALTER TABLE activities DROP COLUMN attestation_text_version")
    op.execute("DROP TABLE learner_snapshots")
    op.execute("DROP TABLE supporter_aliases")
    op.execute("DROP TABLE supporters")
    op.execute("DROP FUNCTION supporter_key")
