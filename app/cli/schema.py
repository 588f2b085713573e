"""Bringing the schema of a database to the newest version, and telling which it has."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

import migrations


@dataclass(frozen=True, slots=True)
class SchemaVersion:
    """The migration a database is at, and the newest one this program knows."""

    current: str | None
    head: str | None

    @property
    def at_head(self) -> bool:
        """Whether nothing is left to migrate."""
        return self.current == self.head


def upgrade_schema(url: str) -> SchemaVersion:
    """Run every migration that the database lacks; return where it was before."""
    before = schema_version(url)
    if not before.at_head:
        config = _configuration()
        config.attributes["url"] = url
        command.upgrade(config, "head")
    return before


def schema_version(url: str) -> SchemaVersion:
    """Ask a database for its version."""
    head = ScriptDirectory.from_config(_configuration()).get_current_head()
    return SchemaVersion(asyncio.run(_current(url)), head)


def _configuration() -> Config:
    config = Config()
    # A percent sign in a path would begin an interpolation.
    folder = str(Path(migrations.__file__).parent).replace("%", "%%")
    config.set_main_option("script_location", folder)
    return config


async def _current(url: str) -> str | None:
    engine = create_async_engine(url, poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            known = await connection.scalar(text("SELECT to_regclass('alembic_version')::text"))
            if known is None:
                return None
            found = await connection.scalar(text("SELECT version_num FROM alembic_version"))
            return None if found is None else str(found)
    finally:
        await engine.dispose()
