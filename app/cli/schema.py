"""Bringing the schema of a database to the newest version, and telling which it has."""

import asyncio
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text

import migrations
from app.cli.failure import CommandError
from app.cli.reaching import connected

_KNOWN = text("SELECT to_regclass('alembic_version')::text, to_regclass('sandbox')::text")
_MARKED = "SELECT EXISTS (SELECT FROM sandbox)"


@dataclass(frozen=True, slots=True)
class SchemaVersion:
    """The migration a database is at, the newest one this program knows, and the mark."""

    current: str | None
    head: str | None
    is_sandbox: bool = False

    @property
    def at_head(self) -> bool:
        """Whether nothing is left to migrate."""
        return self.current == self.head

    @property
    def is_newer(self) -> bool:
        """Whether a newer program has migrated it: this one does not know the migration."""
        return self.current is not None and self.current not in _migrations()


def upgrade_schema(url: str) -> SchemaVersion:
    """Run every migration that the database lacks; return where it was before.

    Raises CommandError when a newer program has migrated it.
    """
    before = schema_version(url)
    if before.is_newer:
        raise CommandError(newer_than_the_program(before))
    if not before.at_head:
        config = _configuration()
        config.attributes["url"] = url
        command.upgrade(config, "head")
    return before


def schema_version(url: str) -> SchemaVersion:
    """Ask a database for its version."""
    current, is_sandbox = asyncio.run(_current(url))
    return SchemaVersion(current, _head(), is_sandbox)


def newer_than_the_program(version: SchemaVersion) -> str:
    """Return what is to be done about a database that a newer program has migrated."""
    return (
        f"The schema of the database is at {version.current}, and the newest that this program "
        f"knows is {version.head}: run the newer program that migrated it."
    )


@cache
def _head() -> str | None:
    return ScriptDirectory.from_config(_configuration()).get_current_head()


@cache
def _migrations() -> frozenset[str]:
    script = ScriptDirectory.from_config(_configuration())
    return frozenset(migration.revision for migration in script.walk_revisions())


def _configuration() -> Config:
    config = Config()
    # A percent sign in a path would begin an interpolation.
    folder = str(Path(migrations.__file__).parent).replace("%", "%%")
    config.set_main_option("script_location", folder)
    return config


async def _current(url: str) -> tuple[str | None, bool]:
    async with connected(url) as connection:
        version, mark = (await connection.execute(_KNOWN)).one()
        if version is None:
            return None, False
        found = await connection.scalar(text("SELECT version_num FROM alembic_version"))
        marked = mark is not None and await connection.scalar(text(_MARKED))
        return None if found is None else str(found), bool(marked)
