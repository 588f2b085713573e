"""What each role of the database may do: the declared list that a live database is held to.

The migrations grant, and this list says in one place what all of them together come to.
`pars db check` and a test compare the two, so that no privilege comes or goes unseen.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from app.core.row_scope import ACCREDITOR_ROLE, APPLICATION_ROLE, OPERATOR_ROLE

READER_ROLE: Final = "pars_reader"
DIRECTORY_ROLE: Final = "pars_directory"

READ: Final = "SELECT"
# Audit trails, tombstones and directories only ever grow.
READ_AND_ADD: Final = "SELECT INSERT"
KEEP: Final = "SELECT INSERT UPDATE DELETE"
USE: Final = "USAGE"

CATALOG_COLUMNS: Final = (
    "activity_id",
    "city",
    "closed_at",
    "cme_finder",
    "country",
    "credits",
    "delivery_methods",
    "description",
    "end_date",
    "fee",
    "format",
    "location",
    "moc_registered",
    "provider_id",
    "providership",
    "registration",
    "start_date",
    "state",
    "title",
    "url",
)
_REVOKING: Final = "UPDATE(revoked_at) UPDATE(revoked_by)"

GRANTS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        APPLICATION_ROLE: {
            "accreditors": READ,
            "activities": KEEP,
            "activity_catalog": READ,
            "activity_history": READ_AND_ADD,
            "activity_numbers": USE,
            "activity_tombstones": READ_AND_ADD,
            "commercial_support_sources": KEEP,
            "contact_history": READ_AND_ADD,
            "contact_numbers": USE,
            "contact_roles": KEEP,
            "contacts": KEEP,
            "credential_history": READ_AND_ADD,
            "credentials": f"SELECT INSERT UPDATE(last_used_at) {_REVOKING}",
            "idempotency_keys": KEEP,
            "import_applied": KEEP,
            "import_pieces": KEEP,
            "import_rejected": KEEP,
            "imports": KEEP,
            "completion_numbers": USE,
            "learner_board_days": "SELECT INSERT DELETE",
            "learner_completion_history": READ_AND_ADD,
            "learner_completions": KEEP,
            "learner_snapshots": KEEP,
            "moc_boards": READ,
            "moc_registrations": KEEP,
            "pgqueuer": KEEP,
            "pgqueuer_id_seq": USE,
            "pgqueuer_log": KEEP,
            "pgqueuer_log_id_seq": USE,
            "pgqueuer_statistics": KEEP,
            "pgqueuer_statistics_id_seq": USE,
            "provider_directory": READ,
            "provider_history": READ_AND_ADD,
            "providers": "SELECT UPDATE",
            "reporting_deadlines": READ,
            # It does nothing but in the database of a sandbox.
            "reset_sandbox()": "EXECUTE",
            "supporter_aliases": READ_AND_ADD,
            "supporters": READ_AND_ADD,
        },
        ACCREDITOR_ROLE: {
            "accreditor_history": READ,
            "accreditors": READ,
            "activities": READ,
            "activity_history": READ,
            "commercial_support_sources": READ,
            "contact_roles": READ,
            "contacts": READ,
            # That there are completions, and not whose they are.
            "learner_completions": "SELECT(activity_id) SELECT(provider_id)",
            "learner_snapshots": READ,
            "moc_boards": READ,
            "moc_registrations": READ,
            "providers": READ,
            "reporting_deadline_history": READ_AND_ADD,
            "reporting_deadlines": KEEP,
            "supporter_aliases": READ,
            "supporters": READ,
        },
        OPERATOR_ROLE: {
            "accreditor_history": READ_AND_ADD,
            "accreditors": READ_AND_ADD,
            "credential_history": READ_AND_ADD,
            "credentials": f"SELECT INSERT UPDATE(providers) {_REVOKING}",
            "idempotency_keys": KEEP,
            "provider_history": READ_AND_ADD,
            "providers": READ_AND_ADD,
        },
        DIRECTORY_ROLE: {
            "activities": " ".join(f"SELECT({column})" for column in CATALOG_COLUMNS),
            "contact_roles": READ,
            "contacts": "SELECT(contact_id) SELECT(email) SELECT(family_name)"
            " SELECT(given_name) SELECT(phone) SELECT(provider_id)",
            "moc_registrations": "SELECT(activity_id) SELECT(board) SELECT(provider_id)",
            "providers": "SELECT(city) SELECT(name) SELECT(provider_id) SELECT(state)",
        },
        READER_ROLE: dict.fromkeys(
            (
                "accreditors",
                "activities",
                "activity_catalog",
                "activity_history",
                "commercial_support_sources",
                "contact_history",
                "contact_roles",
                "contacts",
                "learner_snapshots",
                "moc_boards",
                "moc_registrations",
                "provider_directory",
                "provider_history",
                "providers",
                "reporting_deadline_history",
                "reporting_deadlines",
                "supporter_aliases",
                "supporters",
            ),
            READ,
        ),
    }
)

# All that is granted on tables, views and sequences to anybody but their owner, and on
# functions that do what only their owner may; the empty name is everybody. One row for each
# privilege, on a whole relation or on one column.
LIVE_GRANTS: Final = """
SELECT coalesce(r.rolname, '') AS role, c.relname AS relation, g.privilege_type || coalesce(
    '(' || g.attname || ')', '') AS privilege
FROM pg_class c
CROSS JOIN LATERAL (
    SELECT a.grantee, a.privilege_type, NULL AS attname FROM aclexplode(c.relacl) a
    UNION ALL
    SELECT a.grantee, a.privilege_type, t.attname
    FROM pg_attribute t, aclexplode(t.attacl) a WHERE t.attrelid = c.oid
) g
LEFT JOIN pg_roles r ON r.oid = g.grantee
WHERE c.relnamespace = current_schema()::regnamespace AND g.grantee <> c.relowner
UNION ALL
SELECT coalesce(r.rolname, ''), p.proname || '()', a.privilege_type
FROM pg_proc p
CROSS JOIN LATERAL aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
LEFT JOIN pg_roles r ON r.oid = a.grantee
WHERE p.pronamespace = current_schema()::regnamespace AND p.prosecdef
    AND a.grantee <> p.proowner
"""


class Grant(NamedTuple):
    """One privilege of one role on one table, view, sequence or function."""

    role: str
    relation: str
    privilege: str

    def __str__(self) -> str:
        """Return the grant in words."""
        return f"{self.privilege} on {self.relation} to {self.role or 'everybody'}"


def declared_grants() -> set[Grant]:
    """Return every privilege of the list."""
    return set(_each())


def _each() -> Iterator[Grant]:
    for role, relations in GRANTS.items():
        for relation, privileges in relations.items():
            for privilege in privileges.split():
                yield Grant(role, relation, privilege)
