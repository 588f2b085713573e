"""What `pars db check` looks at: whether a database keeps what it promises."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.cli.findings import Finding
from app.cli.reaching import connected
from app.cli.schema import SchemaVersion, schema_version
from app.core.row_scope import ACCREDITOR_ROLE, APPLICATION_ROLE, OPERATOR_ROLE
from app.embedded.binaries import NEWEST, OLDEST
from app.grants import LIVE_GRANTS, Grant, declared_grants

# The roles that the server takes; each is bound by row-level security.
ROLES = (APPLICATION_ROLE, ACCREDITOR_ROLE, OPERATOR_ROLE)

SERVER = text("""
SELECT current_setting('server_version_num')::integer / 10000 AS major,
       current_setting('fsync') AS fsync,
       current_setting('full_page_writes') AS full_page_writes,
       current_setting('synchronous_commit') AS synchronous_commit
""")

ROLE = text("""
SELECT rolsuper, rolbypassrls,
       pg_has_role(current_user, oid, CASE
           WHEN current_setting('server_version_num')::integer < 160000 THEN 'MEMBER'
           ELSE 'SET' END) AS may_be_taken,
       rolname <> :application AND pg_has_role(:application, oid, 'USAGE') AS always_there,
       (SELECT count(*) FROM pg_class
         WHERE relowner = pg_roles.oid AND relkind IN ('r', 'p')) AS tables_owned
  FROM pg_roles WHERE rolname = :role
""")

OPEN_TABLES = text("""
SELECT c.relname
  FROM pg_class c
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'provider_id' AND NOT a.attisdropped
 WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
   AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
 ORDER BY c.relname
""")


_SHOWN: Final = 5
_YES_OR_NO: Final = ("no", "yes")
_MIGRATE: Final = "Run `pars db upgrade` with a login that may create roles (PARS_MIGRATION_URL)."


def soundness(url: str, *, sandbox: bool = False) -> list[Finding]:
    """Return everything that is to be said of the soundness of a database."""
    version = schema_version(url)
    current, head = version.current or "nothing", version.head or "nothing"
    return [
        *asyncio.run(look_at(url)),
        Finding("schema", version.at_head, current, head, _remedy(version)),
        Finding(
            "can be reset",
            version.is_sandbox == sandbox,
            _YES_OR_NO[version.is_sandbox],
            _YES_OR_NO[sandbox],
            "Look whether PARS_DATABASE_URL and PARS_SANDBOX_URL are swapped.",
        ),
    ]


def _remedy(version: SchemaVersion) -> str:
    return "Run the newer program that migrated it." if version.is_newer else _MIGRATE


async def look_at(url: str) -> list[Finding]:
    """Look at the server, the application's roles, the tables and the grants of a database."""
    async with connected(url) as connection:
        server = dict((await connection.execute(SERVER)).mappings().one())
        return [
            *_server_findings(server),
            *[await _role(connection, role) for role in ROLES],
            await _rows(connection),
            await _grants(connection),
        ]


def _server_findings(server: Mapping[str, Any]) -> list[Finding]:
    major = server["major"]
    return [
        Finding(
            "version",
            OLDEST <= major <= NEWEST,
            str(major),
            f"{OLDEST} to {NEWEST}",
            "Move the database to a PostgreSQL of these versions, by dump and restore.",
        ),
        *(
            Finding(name, server[name] == "on", server[name], "on", _turn_on(name))
            for name in ("fsync", "full_page_writes")
        ),
        # Every other value waits at least for the local disk.
        Finding(
            "synchronous_commit",
            server["synchronous_commit"] != "off",
            server["synchronous_commit"],
            "on",
            _turn_on("synchronous_commit"),
        ),
    ]


def _turn_on(setting: str) -> str:
    return f"As a superuser: ALTER SYSTEM SET {setting} = on; SELECT pg_reload_conf();"


async def _role(connection: AsyncConnection, name: str) -> Finding:
    asked = {"role": name, "application": APPLICATION_ROLE}
    role = (await connection.execute(ROLE, asked)).mappings().one_or_none()
    wanted = "no superuser, bound by row-level security, owner of no table, open to this login"
    if role is None:
        return Finding(f"role {name}", ok=False, found="absent", wanted=wanted, remedy=_MIGRATE)
    faults = [
        fault
        for fault, present in (
            ("is a superuser", role["rolsuper"]),
            ("bypasses row-level security", role["rolbypassrls"]),
            (f"owns {role['tables_owned']} tables", role["tables_owned"]),
            ("is closed to this login", not role["may_be_taken"]),
            (f"is inherited by {APPLICATION_ROLE}", role["always_there"]),
        )
        if present
    ]
    remedy = f"Take that from the role, or let the login act as it: GRANT {name} TO the login."
    return Finding(f"role {name}", not faults, ", ".join(faults) or "right", wanted, remedy)


async def _rows(connection: AsyncConnection) -> Finding:
    tables = list(await connection.scalars(OPEN_TABLES))
    return Finding(
        "row-level security",
        not tables,
        f"not forced on {', '.join(tables)}" if tables else "forced",
        "forced on every table with a provider_id",
        "As the owner: ALTER TABLE ... ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY.",
    )


async def _grants(connection: AsyncConnection) -> Finding:
    live = {Grant(*row) for row in await connection.execute(text(LIVE_GRANTS))}
    declared = declared_grants()
    faults = [
        *(f"not granted: {grant}" for grant in sorted(declared - live)),
        *(f"granted too much: {grant}" for grant in sorted(live - declared)),
    ]
    more = f"; and {len(faults) - _SHOWN} more" if len(faults) > _SHOWN else ""
    found = "; ".join(faults[:_SHOWN]) + more or f"{len(live)} grants, as declared"
    remedy = f"Grant or revoke by hand what differs. When the schema is behind: {_MIGRATE}"
    return Finding("grants", not faults, found, "what the program declares", remedy)
