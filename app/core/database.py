"""The database, and the one place where a transaction begins and ends.

The engine runs in AUTOCOMMIT because the frame of a transaction is ours: `BEGIN` and
`SET LOCAL app.provider_id` travel together in one round trip, which SQLAlchemy's own
frame cannot do. Everything inside the frame, tuned statement or ORM session, is one
transaction: it is committed before the reply is built, or nothing of it happened.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import cached_property
from typing import Final, TypeVar

import asyncpg
import orjson
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.pool import NullPool

from app.core.admission import Admission, busy, outcome_unknown
from app.core.connections import Connection, Connections, Driver
from app.core.errors import ErrorCode, ProblemError
from app.core.looking import Look, Values
from app.core.row_scope import APPLICATION_ROLE, Rows, frame
from app.core.time_limit import Limit, TimeLimit

ATTEMPTS: Final = 4
# Whoever still waits for the database after so many seconds is told to come back.
SECONDS_TO_ANSWER: Final = 10.0
MOST_WAITING: Final = 200
_READING: Final = "BEGIN READ ONLY"
SESSION_SETTINGS: Final = {
    "role": APPLICATION_ROLE,
    "application_name": "openpars",
    "statement_timeout": "5s",
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "15s",
    "timezone": "UTC",
    "jit": "off",
    # Disks of today read a page anywhere nearly as fast as the next one. Told otherwise,
    # PostgreSQL reads and sorts everything instead of a page along its index.
    "random_page_cost": "1.1",
    "standard_conforming_strings": "on",
    # The statements are few, long and looked up by key: planning one takes longer than
    # carrying it out, and a plan made for these values would be the same plan again.
    "plan_cache_mode": "force_generic_plan",
}

# The problems that a named constraint stands for. Rooms add theirs beside their tables.
CONSTRAINT_PROBLEMS: Final[dict[str, tuple[ErrorCode, str]]] = {}

T = TypeVar("T")

_TRANSIENT = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError)
# What a connection may say of any statement, or of its end, however it came to it.
CONNECTION_ERRORS: Final = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    # A connection that the server has ended, and whose end has not arrived yet; or one that
    # what was broken off a moment ago still holds.
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
)
_GONE = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    ConnectionError,
)
_UNAVAILABLE = (
    *_GONE,
    asyncpg.LockNotAvailableError,
    # No connection is left, or no memory, or no room on the disk.
    asyncpg.InsufficientResourcesError,
    TimeoutError,
)


class Transaction:
    """One open transaction of one provider, or of no provider for shared tables.

    `driver` runs the tuned statements of the hot paths, `session` serves the cold ones.
    """

    def __init__(self, connection: Connection) -> None:
        self.driver: Driver = connection.driver
        self._connection = connection

    @cached_property
    def session(self) -> AsyncSession:
        """Return the ORM session of this transaction, made when first asked for."""
        return AsyncSession(self._connection.alchemy, expire_on_commit=False)

    async def flush(self) -> None:
        """Send what the session still holds."""
        if "session" in self.__dict__:
            await self.session.flush()


class Database:
    """Connections to one PostgreSQL, under a role that row-level security binds."""

    def __init__(
        self,
        url: str,
        pool_size: int = 10,
        most_waiting: int = MOST_WAITING,
        session: Mapping[str, str] = SESSION_SETTINGS,
    ) -> None:
        self._admission = Admission(pool_size, most_waiting)
        self._time_limit = TimeLimit()
        self.engine = create_async_engine(
            url,
            isolation_level="AUTOCOMMIT",
            poolclass=NullPool,
            json_deserializer=orjson.loads,
            connect_args={"server_settings": dict(session), "timeout": 5},
        )
        self.connections = Connections(self.engine)

    async def close(self) -> None:
        """Close every connection."""
        await self.connections.close()

    async def run(
        self,
        rows: Rows,
        work: Callable[[Transaction], Awaitable[T]],
        *,
        save: bool = True,
    ) -> T:
        """Carry out `work` in one transaction and commit it before returning.

        It sees the rows of one provider, or those of another scope. With `save=False`
        everything runs and is rolled back. Serialization failures and deadlocks are tried
        again as a whole, a bounded number of times.
        Raises ProblemError: what `work` refuses, a constraint in the words of its rule,
        or 503 `server.busy` when the database cannot serve now.
        """
        end = _commit if save else _roll_back
        try:
            return await self._persist(rows, _framed(frame(rows), work, end))
        except asyncpg.ReadOnlySQLTransactionError as error:
            # Another server is the database now, or it is being looked after.
            raise busy() from error

    async def read(self, rows: Rows, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """Carry out `work` that only reads, as `run` does; PostgreSQL refuses it to write."""
        return await self._persist(rows, _framed(frame(rows, _READING), work, _roll_back))

    async def look(self, provider_id: str, work: Callable[[Values], Awaitable[T]]) -> T:
        """Carry out `work` whose statements each read one value of this provider's rows.

        Each is one round trip and needs no transaction around it, unless the database is
        distributed: Citus hands on to its nodes only what a transaction begins with.
        """
        begin = frame(provider_id, _READING)

        async def carry_out(connection: Connection, limit: Limit) -> T:
            if not connection.distributed:
                return await work(Look(connection.driver, provider_id))
            framed = _framed(begin, lambda inside: work(inside.driver), _roll_back)
            return await framed(connection, limit)

        return await self._persist(provider_id, carry_out)

    async def read_recent(self, rows: Rows, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """Carry out `work` that reads, and that need not see what was saved a moment ago."""
        return await self.read(rows, work)

    async def look_recent(self, provider_id: str, work: Callable[[Values], Awaitable[T]]) -> T:
        """Carry out `work` as `look` does; it need not see what was saved a moment ago."""
        return await self.look(provider_id, work)

    async def _persist(
        self, rows: Rows, carry_out: Callable[[Connection, Limit], Awaitable[T]]
    ) -> T:
        """Carry it out on a connection, again where two transactions were in each other's way."""
        deadline = asyncio.get_running_loop().time() + SECONDS_TO_ANSWER
        kind = rows if isinstance(rows, str) else ""
        for attempt in range(ATTEMPTS):
            try:
                return await self._attempt(carry_out, kind, deadline)
            except (DBAPIError, asyncpg.PostgresError, *_UNAVAILABLE) as error:
                cause = driver_error(error)
                if not isinstance(cause, _TRANSIENT):
                    explained = _explained(cause)
                    # An error that is its own cause would make a loop of its traceback.
                    raise explained from (None if explained is error else error)
            await asyncio.sleep(0.01 * 2**attempt)
        raise busy()

    async def _attempt(
        self,
        carry_out: Callable[[Connection, Limit], Awaitable[T]],
        kind: str,
        deadline: float,
    ) -> T:
        with self._time_limit.until(deadline) as limit:
            await self._admission.enter(kind)
            try:
                connection = await self.connections.take()
                try:
                    result = await carry_out(connection, limit)
                except BaseException as error:
                    await self._end(connection, error)
                    raise
                await self.connections.give_back(connection)
                return result
            finally:
                self._admission.leave()

    async def _end(self, connection: Connection, error: BaseException) -> None:
        """Roll back, or drop the connection when it can no longer be asked to."""
        if isinstance(driver_error(error), asyncpg.ReadOnlySQLTransactionError):
            # It would refuse for as long as it lasts; a new one leads to where it writes again.
            await self.connections.drop(connection)
            return
        try:
            await connection.driver.execute("ROLLBACK", timeout=2)
        except CONNECTION_ERRORS:
            await self.connections.drop(connection)
        except BaseException:
            # Who breaks off the work of a client that is gone does so at every step of it.
            await self.connections.drop(connection)
            raise
        else:
            await self.connections.give_back(connection)


def driver_error(error: BaseException) -> BaseException:
    """Return what asyncpg said, out of the wrappings that SQLAlchemy puts around it."""
    if isinstance(error, DBAPIError) and error.orig is not None:
        return error.orig.__cause__ or error.orig
    return error


def _framed(
    begin: str,
    work: Callable[[Transaction], Awaitable[T]],
    end: Callable[[Connection], Awaitable[None]],
) -> Callable[[Connection, Limit], Awaitable[T]]:
    """Return `work` as one transaction of a connection."""

    async def carry_out(connection: Connection, limit: Limit) -> T:
        transaction = Transaction(connection)
        await connection.driver.execute(begin)
        result = await work(transaction)
        await transaction.flush()
        # Nobody may be told that nothing was saved once the saving has begun.
        limit.lift()
        await end(connection)
        return result

    return carry_out


async def _commit(connection: Connection) -> None:
    """Commit, or say that nobody knows whether it happened; other errors mean that it did not."""
    try:
        await connection.driver.execute("COMMIT")
    except _GONE as error:
        raise outcome_unknown() from error


async def _roll_back(connection: Connection) -> None:
    await connection.driver.execute("ROLLBACK")


def _explained(cause: BaseException) -> BaseException:
    if isinstance(cause, _UNAVAILABLE):
        return busy()
    constraint = getattr(cause, "constraint_name", None)
    if constraint in CONSTRAINT_PROBLEMS:
        kind, detail = CONSTRAINT_PROBLEMS[constraint]
        return ProblemError(kind, detail)
    return cause
