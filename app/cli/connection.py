"""Which database a command works on: the one of the settings, or the embedded one."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from app.cli.failure import CommandError
from app.cli.schema import schema_version, upgrade_schema
from app.core.database import Database
from app.embedded import running
from app.settings import Settings

T = TypeVar("T")


@contextmanager
def database_address(settings: Settings) -> Iterator[str]:
    """Yield the address of the database, as it is."""
    if settings.database_url is not None:
        yield settings.database_url
        return
    with running(settings) as url:
        yield url


@contextmanager
def migrated_database(settings: Settings) -> Iterator[str]:
    """Yield the address of a database whose schema is the newest.

    The embedded database is migrated on the way. Somebody else's is not: there,
    migrating is a decision, and a command of its own.
    """
    with database_address(settings) as url:
        if settings.database_url is None:
            upgrade_schema(url)
        else:
            version = schema_version(url)
            if not version.at_head:
                message = (
                    f"The schema of the database is at {version.current or 'nothing'}, and this "
                    f"program needs {version.head}; run `pars db upgrade`."
                )
                raise CommandError(message)
        yield url


def with_database(url: str, work: Callable[[Database], Awaitable[T]]) -> T:
    """Do one piece of work on a database, and close it."""

    async def do() -> T:
        database = Database(url, pool_size=1)
        try:
            return await work(database)
        finally:
            await database.close()

    return asyncio.run(do())
