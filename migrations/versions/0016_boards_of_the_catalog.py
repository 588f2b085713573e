"""A board counts where the activity is registered for MOC, in the catalog and in lists.

Boards may be entered before the registration is made; until then they recognize nothing.
Lists look at nothing but the index of their order until they find what they are asked for,
so the index tells who is registered.
"""

from alembic import op

revision = "0016"
down_revision = "0015"
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
BOARDS = """ARRAY(
    SELECT b.board FROM moc_registrations b
     WHERE b.provider_id = a.provider_id AND b.activity_id = a.activity_id
     ORDER BY b.board)"""


def upgrade() -> None:
    """Let view and index hold whether an activity is registered; name its boards by that."""
    op.execute("GRANT SELECT (moc_registered) ON activities TO pars_directory")
    _make(f"CASE WHEN a.moc_registered THEN {BOARDS} ELSE '{{}}' END")
    _order("searched, moc_registered")


def downgrade() -> None:
    """Name the boards of every activity."""
    _order("searched")
    _make(BOARDS)
    op.execute("REVOKE SELECT (moc_registered) ON activities FROM pars_directory")


def _make(boards: str) -> None:
    view = f"""
    CREATE VIEW activity_catalog WITH (security_barrier) AS
    SELECT {", ".join(f"a.{name.strip()}" for name in COLUMNS.split(","))},
           p.name AS provider_name,
           {boards} AS moc_boards
      FROM activities a
      JOIN providers p ON p.provider_id = a.provider_id
     WHERE a.cme_finder AND a.closed_at IS NULL
     ORDER BY a.end_date, a.provider_id, a.activity_id
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


def _order(held: str) -> None:
    """Make the index of the usual order of lists again."""
    op.execute("DROP INDEX activities_by_updated_at")
    op.execute(
        "CREATE INDEX activities_by_updated_at"
        f" ON activities (provider_id, updated_at, activity_id) INCLUDE ({held})"
    )
