"""The mark of a sandbox, and the one way to take back what was entered there.

Whether a database is a sandbox is a row of its own, which the application cannot write.
Only where it stands does the function delete, and there only what belongs to the provider
that the transaction is about, audit trail and closed activities too. In the live database
it is there as well, so that both have one schema, and refuses.
"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MARK = """
CREATE TABLE sandbox (
    is_sandbox boolean NOT NULL DEFAULT true
        CONSTRAINT sandbox_pkey PRIMARY KEY
        CONSTRAINT sandbox_one_row CHECK (is_sandbox),
    since timestamptz NOT NULL DEFAULT now()
)
"""

# Every table with a provider in its rows is emptied, those first on which no other depends,
# so that a table of a later migration is among them. The registration itself is kept.
# Temporary tables come last in the search, lest somebody brings a mark along.
RESET = """
DO $migration$
BEGIN
    EXECUTE format($function$
CREATE FUNCTION reset_sandbox() RETURNS TABLE (relation text, deleted bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = %1$I, pg_temp AS $body$
DECLARE
    provider text := current_setting('app.provider_id', true);
BEGIN
    IF NOT EXISTS (SELECT FROM sandbox) THEN
        RAISE EXCEPTION 'this database is no sandbox'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'sandbox_only';
    END IF;
    IF coalesce(provider, '') !~ '^[0-9]{7}$' THEN
        RAISE EXCEPTION 'the transaction is about no provider'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'sandbox_only';
    END IF;
    -- The net under closed activities stays where it is: nothing closed is deleted.
    UPDATE activities SET closed_at = NULL WHERE provider_id = provider AND closed_at IS NOT NULL;
    FOR relation IN
        WITH RECURSIVE held AS (
            SELECT c.oid, c.relname, 0 AS depth
              FROM pg_class c
              JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'provider_id'
             WHERE c.relnamespace = %1$L::regnamespace AND c.relkind IN ('r', 'p')
               AND NOT a.attisdropped AND NOT c.relispartition
               AND c.relname NOT IN ('providers', 'provider_history')
            UNION ALL
            SELECT c.oid, c.relname, h.depth + 1
              FROM held h
              JOIN pg_constraint k ON k.confrelid = h.oid AND k.contype = 'f'
              JOIN pg_class c ON c.oid = k.conrelid AND c.oid <> h.oid
        )
        SELECT h.relname FROM held h GROUP BY h.relname ORDER BY max(h.depth) DESC, h.relname
    LOOP
        EXECUTE format('DELETE FROM %%I WHERE provider_id = $1', relation) USING provider;
        GET DIAGNOSTICS deleted = ROW_COUNT;
        RETURN NEXT;
    END LOOP;
END
$body$
    $function$, current_schema());
END
$migration$
"""

RIGHTS = (
    "REVOKE EXECUTE ON FUNCTION reset_sandbox() FROM PUBLIC",
    "GRANT EXECUTE ON FUNCTION reset_sandbox() TO pars_app",
)


def upgrade() -> None:
    """Make the table of the mark, and the function that looks for it."""
    op.execute(MARK)
    op.execute(RESET)
    for statement in RIGHTS:
        op.execute(statement)
    # The day that a call of the sandbox sets goes with the file that it sends.
    op.execute("ALTER TABLE imports ADD COLUMN sandbox_date date")


def downgrade() -> None:
    """Take them away again."""
    op.execute("ALTER TABLE imports DROP COLUMN sandbox_date")
    op.execute("DROP FUNCTION reset_sandbox()")
    op.execute("DROP TABLE sandbox")
