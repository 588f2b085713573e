"""Which tables of a distributed database (Citus) go where, and the statements that put them there.

A provider's rows lie together, on the node that the provider's id leads to. What all
providers share is copied to every node. What belongs to the whole installation stays where
the clients connect. A test holds every table of the schema to be in one of the lists, and
its keys to what Citus asks for.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

# What others refer to comes before them.
REFERENCE: Final = (
    "accreditors",
    "moc_boards",
    "supporters",
    "supporter_aliases",
    "reporting_deadlines",
    "reporting_deadline_history",
    "accreditor_history",
)
DISTRIBUTED: Final = (
    "providers",
    "provider_history",
    "contacts",
    "contact_roles",
    "contact_history",
    "activities",
    "activity_history",
    "activity_tombstones",
    "commercial_support_sources",
    "moc_registrations",
    "learner_snapshots",
    "learner_completions",
    "learner_board_days",
    "learner_completion_history",
    "imports",
    "import_pieces",
    "import_applied",
    "import_rejected",
)
LOCAL: Final = (
    "alembic_version",
    "credentials",
    "credential_history",
    "idempotency_keys",
    "pgqueuer",
    "pgqueuer_log",
    "pgqueuer_statistics",
    "sandbox",
)

# The policies of the schema; without the names of schemas, as every statement here.
POLICIES: Final = """
SELECT tablename, policyname, roles::text[] AS roles, cmd, qual
FROM pg_policies WHERE schemaname = 'public' AND qual ~ 'SELECT' ORDER BY tablename, policyname
"""
# Carried out on each node, with the parts of the two tables in the places of %1$s and %2$s.
ON_PARTS: Final = """\
SELECT * FROM run_command_on_colocated_placements('{table}', '{other}', $on$
DO $do$ BEGIN
DROP POLICY IF EXISTS {name} ON %1$s;
{created};
END $do$
$on$)"""
# What Citus has already; asked only where there is Citus.
PLACED: Final = "SELECT logicalrelid::regclass::text FROM pg_dist_partition"


@dataclass(frozen=True, slots=True)
class LookingPolicy:
    """A policy of row-level security that looks into another table.

    Citus distributes no table with such a policy, because it would look from a part of the
    one table into the whole of the other. Both parts of a provider lie on one node, so the
    policy is set on each part, looking into the part beside it.
    """

    table: str
    name: str
    roles: Sequence[str]
    command: str
    condition: str

    def dropped(self) -> str:
        """Return the statement that takes the policy from its table."""
        return f"DROP POLICY {self.name} ON {self.table}"

    def created(self) -> str:
        """Return the statement that gives the policy to its table."""
        return self._statement(self.table, self.condition)

    def created_on_parts(self) -> str:
        """Return the statement that gives the policy to each part of its table, once more."""
        (other,) = set(re.findall(r"\bFROM (\w+) ", self.condition))
        beside = re.sub(rf"\b{self.table}\.", "%1$s.", self.condition.replace("%", "%%"))
        beside = re.sub(rf"\bFROM {other} ", "FROM %2$s ", beside)
        return ON_PARTS.format(
            table=self.table,
            other=other,
            name=self.name,
            created=self._statement("%1$s", beside),
        )

    def _statement(self, table: str, condition: str) -> str:
        whom = f"FOR {self.command} TO {', '.join(self.roles)}"
        return f"CREATE POLICY {self.name} ON {table} {whom} USING {condition}"


@dataclass(frozen=True, slots=True)
class Plan:
    """What distributes a database: one transaction, and what follows it.

    Both may be carried out again at any time; afterwards also when parts were moved to
    other nodes, which loses their policies that look into other tables.
    """

    transaction: Sequence[str]
    afterwards: Sequence[str]

    def __str__(self) -> str:
        """Return the plan as a script."""
        statements = [*self.transaction, *self.afterwards]
        return "\n".join(f"{statement};" for statement in statements)


def plan(database: str, placed: Collection[str], policies: Sequence[LookingPolicy]) -> Plan:
    """Return what is left to do in a database in which these tables are placed already."""
    looking = [policy for policy in policies if policy.table in DISTRIBUTED]
    moving = [policy for policy in looking if policy.table not in placed]
    return Plan(
        ["BEGIN", *_settings(database), *_moves(placed, moving), "COMMIT"],
        [policy.created_on_parts() for policy in looking],
    )


def _settings(database: str) -> Iterator[str]:
    # The provider of a transaction is set with SET LOCAL, and has to reach the other nodes.
    yield f"ALTER DATABASE \"{database}\" SET citus.propagate_set_commands TO 'local'"
    # A trigger that looked beyond its row would be unsafe. Those of the schema do not.
    yield "SET LOCAL citus.enable_unsafe_triggers TO on"
    # Foreign keys to what is copied forbid to work on several parts at once.
    yield "SET LOCAL citus.multi_shard_modify_mode TO 'sequential'"


def _moves(placed: Collection[str], policies: Sequence[LookingPolicy]) -> Iterator[str]:
    for policy in policies:
        yield policy.dropped()
    for table in REFERENCE:
        if table not in placed:
            yield f"SELECT create_reference_table('{table}')"
    for table in DISTRIBUTED:
        if table not in placed:
            beside = "" if table == "providers" else ", colocate_with => 'providers'"
            yield f"SELECT create_distributed_table('{table}', 'provider_id'{beside})"
    if policies:
        # They remain written down where they were, for the next time.
        yield "SET LOCAL citus.enable_ddl_propagation TO off"
    for policy in policies:
        yield policy.created()
