"""The catalog is read in the order of its index, a page at a time.

PostgreSQL plans a view that is a security barrier by itself: where the order stands outside,
it reads and sorts all there is for every page.
"""

from alembic import op

revision = "0014"
down_revision = "0013"
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
COLUMNS = (
    "provider_id, activity_id, title, format, start_date, end_date, delivery_methods, location, "
    "city, state, country, credits, description, cme_finder, fee, registration, url, "
    "providership, closed_at"
)
IN_ORDER = "ORDER BY a.end_date, a.provider_id, a.activity_id"


def upgrade() -> None:
    """Give the view the order."""
    _make(IN_ORDER)


def downgrade() -> None:
    """Leave the order to whoever reads the view."""
    _make("")


def _make(order: str) -> None:
    view = f"""
    CREATE VIEW activity_catalog WITH (security_barrier) AS
    SELECT {", ".join(f"a.{name.strip()}" for name in COLUMNS.split(","))},
           p.name AS provider_name,
           ARRAY(
               SELECT b.board FROM moc_registrations b
                WHERE b.provider_id = a.provider_id AND b.activity_id = a.activity_id
                ORDER BY b.board) AS moc_boards
      FROM activities a
      JOIN providers p ON p.provider_id = a.provider_id
     WHERE a.cme_finder AND a.closed_at IS NULL
     {order}
    """
    for statement in (
        "DROP VIEW activity_catalog",
        view,
        MAY_MAKE_A_VIEW,
        "ALTER VIEW activity_catalog OWNER TO pars_directory",
        "GRANT SELECT ON activity_catalog TO pars_app, pars_reader",
        MAY_NOT_ANY_MORE,
    ):
        op.execute(statement)
