"""Open connections to the database, kept for the next request.

SQLAlchemy's own pool hands connections out through a greenlet, which costs a short request
more than its statement does. Here it opens each connection once and never takes it back;
whoever is let in by the admission gets the one that was used last.
"""

import asyncio
from dataclasses import dataclass
from typing import Final, TypeAlias, cast

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.core.other_end import notice_when_gone

# `pars db distribute` sets it for the database.
_IS_DISTRIBUTED: Final = """
SELECT coalesce(current_setting('citus.propagate_set_commands', true) = 'local', false)
"""

SECONDS_WITHOUT_A_SIGN: Final = 12

Driver: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


@dataclass(slots=True)
class Connection:
    """One connection to PostgreSQL: asyncpg's own, and SQLAlchemy's view of the same.

    `distributed` tells that Citus hands on to other nodes what a transaction begins with.
    """

    driver: Driver
    alchemy: AsyncConnection
    distributed: bool


class Connections:
    """The connections of one process to one database.

    It opens as many as are asked for at once: bounding them is up to the caller.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._idle: list[Connection] = []
        self._in_use = 0

    @property
    def in_use(self) -> int:
        """Return how many connections serve a request now."""
        return self._in_use

    @property
    def open(self) -> int:
        """Return how many connections there are."""
        return self._in_use + len(self._idle)

    async def take(self) -> Connection:
        """Return a connection that nobody else uses."""
        self._in_use += 1
        try:
            while self._idle:
                connection = self._idle.pop()
                if not connection.driver.is_closed():
                    return connection
                await _discard(connection.alchemy)
            return await self._new()
        except BaseException:
            self._in_use -= 1
            raise

    async def give_back(self, connection: Connection) -> None:
        """Keep a connection for whoever comes next; nothing may be unsaved on it."""
        self._in_use -= 1
        # SQLAlchemy believes that a transaction goes on; it asks nothing of the database.
        if connection.alchemy.in_transaction():
            await connection.alchemy.rollback()
        self._idle.append(connection)

    async def drop(self, connection: Connection) -> None:
        """Close a connection that cannot be used any more."""
        self._in_use -= 1
        await _discard(connection.alchemy)

    async def close(self) -> None:
        """Close every connection that is kept."""
        while self._idle:
            await self._idle.pop().alchemy.close()
        await self._engine.dispose()

    async def _new(self) -> Connection:
        try:
            alchemy = await self._engine.connect()
        except (OSError, DBAPIError) as error:
            # A name that leads nowhere and a socket that is gone are no ConnectionError by birth,
            # and neither is a database that does not take this login now.
            raise ConnectionError(str(getattr(error, "orig", error))) from error
        try:
            driver = cast("Driver", (await alchemy.get_raw_connection()).driver_connection)
            watch(driver)
            return Connection(driver, alchemy, await driver.fetchval(_IS_DISTRIBUTED))
        except BaseException:
            await _discard(alchemy)
            raise


def watch(driver: Driver) -> None:
    """Have a connection end soon after the machine of the database is gone."""
    # asyncpg shows its socket to nobody.
    transport: asyncio.Transport = driver._transport  # type: ignore[attr-defined]  # noqa: SLF001
    notice_when_gone(transport.get_extra_info("socket"), SECONDS_WITHOUT_A_SIGN)


async def _discard(alchemy: AsyncConnection) -> None:
    await alchemy.invalidate()
    await alchemy.close()
