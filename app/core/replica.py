"""Reading from a replica, as long as it is not too far behind.

How old a replica's rows are is not asked of its clock: every second the position of the
database in its log is noted, and as soon as the replica has replayed up to there, it has
everything of before that moment. That holds also when nothing is written, or when the
replica has lost the database without noticing.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final, NamedTuple, TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.core.database import CONNECTION_ERRORS, SESSION_SETTINGS, Database, Transaction
from app.core.errors import ProblemError
from app.core.looking import Values
from app.core.metrics import count_listing
from app.core.row_scope import Rows

T = TypeVar("T")

MOST_SECONDS_BEHIND: Final = 10.0
_SECONDS_BETWEEN_LOOKS: Final = 1.0
_NOT_NOW: Final = 503
_SECONDS_OF_A_LOOK: Final = 2.0
# Whatever is tried there, nothing is written, even where the address is not of a replica.
_SESSION: Final = {
    **SESSION_SETTINGS,
    "application_name": "openpars replica",
    "default_transaction_read_only": "on",
}
_POSITION: Final = """
SELECT (CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()
    ELSE pg_current_wal_lsn() END - '0/0')::bigint
"""
_NO_ANSWER: Final = (ProblemError, SQLAlchemyError, *CONNECTION_ERRORS)

_log = structlog.get_logger("replica")


class _Mark(NamedTuple):
    """Where the database was in its log at a moment of this process's clock."""

    at: float
    position: int


class ReplicatedDatabase(Database):
    """A database with a replica, from which lists are read while it keeps up."""

    def __init__(
        self,
        url: str,
        replica_url: str,
        pool_size: int,
        most_waiting: int,
    ) -> None:
        super().__init__(url, pool_size, most_waiting)
        self._replica = Database(replica_url, pool_size, most_waiting, session=_SESSION)
        self._mark: _Mark | None = None
        # The replica had everything that was saved before this moment.
        self.has_all_before = float("-inf")
        self._watching: asyncio.Task[None] | None = None

    async def close(self) -> None:
        """Close every connection."""
        if self._watching is not None:
            self._watching.cancel()
            with suppress(asyncio.CancelledError):
                await self._watching
        await self._replica.close()
        await super().close()

    async def read_recent(self, rows: Rows, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """Carry out `work` on the replica; when it is down or too far behind, on the database."""
        return await self._read_recent(lambda database: database.read(rows, work))

    async def look_recent(self, provider_id: str, work: Callable[[Values], Awaitable[T]]) -> T:
        """Carry out `work` on the replica, as `read_recent` does."""
        return await self._read_recent(lambda database: database.look(provider_id, work))

    async def _read_recent(self, read: Callable[[Database], Awaitable[T]]) -> T:
        if self._watching is None:
            self._watching = asyncio.create_task(self._watch())
        if self.replica_keeps_up():
            try:
                result = await read(self._replica)
            except ProblemError as problem:
                if problem.kind.status != _NOT_NOW:
                    raise
            else:
                count_listing("replica")
                return result
        count_listing("database")
        return await read(self)

    def replica_keeps_up(self) -> bool:
        """Tell whether the replica was close enough behind when it was last looked at."""
        return _now() - self.has_all_before <= MOST_SECONDS_BEHIND

    async def look_at_replica(self) -> None:
        """Learn how far the replica is; distrust one that does not answer."""
        if self._mark is None:
            # When the database does not answer, what is known of the replica grows old.
            with suppress(*_NO_ANSWER):
                self._mark = _Mark(_now(), await _position(self))
        # Whoever looks at the same moment may learn it first, and take the mark away.
        mark = self._mark
        if mark is None:
            return
        try:
            reached = await _position(self._replica)
        except _NO_ANSWER as error:
            if self.replica_keeps_up():
                _log.warning("replica_failed", error=type(error).__name__)
            self.has_all_before = float("-inf")
            return
        if reached >= mark.position:
            self.has_all_before, self._mark = mark.at, None

    async def _watch(self) -> None:
        while True:
            await self.look_at_replica()
            await asyncio.sleep(_SECONDS_BETWEEN_LOOKS)


def _now() -> float:
    return asyncio.get_running_loop().time()


async def _position(database: Database) -> int:
    async def ask(transaction: Transaction) -> int:
        return int(await transaction.driver.fetchval(_POSITION))

    async with asyncio.timeout(_SECONDS_OF_A_LOOK):
        return await database.read(None, ask)
