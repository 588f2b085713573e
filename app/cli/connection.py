"""Which databases a command works on: those of the settings, or the embedded ones."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

from app.cli.failure import CommandError
from app.cli.sandbox_database import refuse_the_wrong_one, sandbox_beside, upgrade_sandbox
from app.cli.schema import (
    SchemaVersion,
    newer_than_the_program,
    schema_version,
    upgrade_schema,
)
from app.embedded import running
from app.embedded.sandbox import sandbox_address
from app.settings import Settings


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the live database is, and the sandbox if there is one."""

    live: str
    sandbox: str | None

    def each(self) -> list[str]:
        """Return the addresses that there are."""
        return [self.live] if self.sandbox is None else [self.live, self.sandbox]

    def needed_sandbox(self) -> str:
        """Return the address of the sandbox; raise CommandError when there is none."""
        if self.sandbox is None:
            message = (
                "there is no sandbox here for test keys: make another database, set "
                "PARS_SANDBOX_URL to its address, and run `pars db upgrade`"
            )
            raise CommandError(message)
        return self.sandbox


@contextmanager
def database_addresses(settings: Settings) -> Iterator[Addresses]:
    """Yield the addresses of the databases, as they are."""
    if settings.database_url is not None:
        yield Addresses(settings.database_url, settings.sandbox_url)
        return
    with running(settings) as url:
        yield Addresses(url, settings.sandbox_url or sandbox_address(settings))


@contextmanager
def migrated_database(settings: Settings) -> Iterator[str]:
    """Yield the address of the live database, with the newest schema as the other has."""
    with migrated_databases(settings) as found:
        yield found.live


@contextmanager
def migrated_databases(settings: Settings) -> Iterator[Addresses]:
    """Yield the addresses of databases whose schema is the newest.

    The embedded ones are made and migrated on the way. Somebody else's are not: there,
    migrating is a decision, and a command of its own.
    """
    with database_addresses(settings) as found:
        if settings.database_url is None:
            yield upgrade_both(settings, found).addresses
            return
        _insist_on_schema(found.live, sandbox=False)
        if found.sandbox is not None:
            _insist_on_schema(found.sandbox, sandbox=True)
        yield found


class Upgraded(NamedTuple):
    """Databases whose schema is the newest, and where each was before."""

    addresses: Addresses
    live: SchemaVersion
    sandbox: SchemaVersion | None


def upgrade_both(settings: Settings, found: Addresses) -> Upgraded:
    """Bring both databases to the newest schema; the embedded sandbox is made when it lacks.

    Raises CommandError when one of the addresses is meant for something else.
    """
    refuse_the_wrong_one(schema_version(found.live), sandbox=False)
    live = upgrade_schema(found.live)
    address = found.sandbox
    if address is None and settings.database_url is None:
        address = sandbox_beside(settings, found.live)
    if address is None:
        return Upgraded(found, live, None)
    return Upgraded(Addresses(found.live, address), live, upgrade_sandbox(address))


def _insist_on_schema(url: str, *, sandbox: bool) -> None:
    version = schema_version(url)
    if version.is_newer:
        raise CommandError(newer_than_the_program(version))
    if not version.at_head:
        which = "sandbox" if sandbox else "database"
        message = (
            f"The schema of the {which} is at {version.current or 'nothing'}, and this "
            f"program needs {version.head}; run `pars db upgrade`."
        )
        raise CommandError(message)
    refuse_the_wrong_one(version, sandbox=sandbox)
