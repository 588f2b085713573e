"""The public catalog: a view on listed, open activities, behind a narrow door of its own.

The view belongs to the role that serves the public directory. Its policies show that role
listed activities that nobody closed, and of boards only those of such activities.
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

MAY_MAKE_A_VIEW = """
DO $$
BEGIN
    EXECUTE format('GRANT CREATE ON SCHEMA %I TO pars_directory', current_schema());
END
$$
"""
MAY_NOT_ANY_MORE = """
DO $$
BEGIN
    EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM pars_directory', current_schema());
END
$$
"""
LISTED = "cme_finder AND closed_at IS NULL"
COLUMNS = (
    "provider_id, activity_id, title, format, start_date, end_date, delivery_methods, location, "
    "city, state, country, credits, description, cme_finder, fee, registration, url, "
    "providership, closed_at"
)
CATALOG = (  # Built of constants of this migration.
    f"GRANT SELECT ({COLUMNS}) ON activities TO pars_directory",
    "GRANT SELECT (provider_id, activity_id, board) ON moc_registrations TO pars_directory",
    f"CREATE POLICY activities_catalog ON activities FOR SELECT TO pars_directory USING ({LISTED})",
    """
    CREATE POLICY moc_registrations_catalog ON moc_registrations FOR SELECT TO pars_directory
        USING (EXISTS (
            SELECT FROM activities a
             WHERE a.provider_id = moc_registrations.provider_id
               AND a.activity_id = moc_registrations.activity_id))
    """,
    f"""
    CREATE INDEX activities_listed ON activities (end_date, provider_id, activity_id)
        WHERE {LISTED}
    """,
    f"""
    CREATE VIEW activity_catalog WITH (security_barrier) AS
    SELECT {", ".join(f"a.{name.strip()}" for name in COLUMNS.split(","))},
           p.name AS provider_name,
           ARRAY(
               SELECT b.board FROM moc_registrations b
                WHERE b.provider_id = a.provider_id AND b.activity_id = a.activity_id
                ORDER BY b.board) AS moc_boards
      FROM activities a
      JOIN providers p ON p.provider_id = a.provider_id
     WHERE {LISTED}
    """,
    "ALTER VIEW activity_catalog OWNER TO pars_directory",
    "GRANT SELECT ON activity_catalog TO pars_app, pars_reader",
)


def upgrade() -> None:
    """Add the view, the policies it reads under, and the index it is read along."""
    for statement in (MAY_MAKE_A_VIEW, *CATALOG, MAY_NOT_ANY_MORE):
        op.execute(statement)


def downgrade() -> None:
    """Take the catalog away."""
    op.execute("DROP VIEW activity_catalog")
    op.execute("DROP INDEX activities_listed")
    op.execute("DROP POLICY moc_registrations_catalog ON moc_registrations")
    op.execute("DROP POLICY activities_catalog ON activities")
    op.execute("REVOKE ALL ON moc_registrations, activities FROM pars_directory")
