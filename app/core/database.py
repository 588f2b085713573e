"""The database, and the one place where a transaction begins and ends.

The engine runs in AUTOCOMMIT because the frame of a transaction is ours: `BEGIN` and
`SET LOCAL app.provider_id` travel together in one round trip, which SQLAlchemy's own
frame cannot do. Everything inside the frame, tuned statement or ORM session, is one
transaction: it is committed before the reply is built, or nothing of it happened.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from functools import cached_property
from typing import Final, TypeAlias, TypeVar, cast

import asyncpg
import orjson
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, create_async_engine

from app.core.errors import ErrorCode, ProblemError, declare

SERVER_BUSY = declare(
    "server.busy",
    503,
    "The server is busy",
    "Nothing was saved. Send the same request again after the seconds in `Retry-After`.",
)

ATTEMPTS: Final = 4
APPLICATION_ROLE: Final = "pars_app"
SESSION_SETTINGS: Final = {
    "role": APPLICATION_ROLE,
    "application_name": "openpars",
    "statement_timeout": "5s",
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "15s",
    "timezone": "UTC",
    "jit": "off",
}

# The problems that a named constraint stands for. Rooms add theirs beside their tables.
CONSTRAINT_PROBLEMS: Final[dict[str, tuple[ErrorCode, str]]] = {}

T = TypeVar("T")
Driver: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

_TENANT = re.compile(r"[0-9]{7}")
_TRANSIENT = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError)
_UNAVAILABLE = (
    asyncpg.LockNotAvailableError,
    asyncpg.QueryCanceledError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.TooManyConnectionsError,
    asyncpg.CannotConnectNowError,
    asyncpg.InterfaceError,
    ConnectionError,
)


class Transaction:
    """One open transaction of one provider, or of no provider for shared tables.

    `driver` runs the tuned statements of the hot paths, `session` serves the cold ones.
    """

    def __init__(
        self,
        connection: AsyncConnection,
        driver: Driver,
        provider_id: str | None,
    ) -> None:
        self.connection = connection
        self.driver = driver
        self.provider_id = provider_id

    @cached_property
    def session(self) -> AsyncSession:
        """Return the ORM session of this transaction, made when first asked for."""
        return AsyncSession(self.connection, expire_on_commit=False)

    async def flush(self) -> None:
        """Send what the session still holds."""
        if "session" in self.__dict__:
            await self.session.flush()


class Database:
    """Connections to one PostgreSQL, under a role that row-level security binds."""

    def __init__(self, url: str, pool_size: int = 10) -> None:
        self.engine = create_async_engine(
            url,
            isolation_level="AUTOCOMMIT",
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=5,
            json_deserializer=orjson.loads,
            connect_args={"server_settings": SESSION_SETTINGS, "timeout": 5},
        )

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()

    async def run(
        self,
        provider_id: str | None,
        work: Callable[[Transaction], Awaitable[T]],
        *,
        save: bool = True,
    ) -> T:
        """Carry out `work` in one transaction and commit it before returning.

        With `save=False` everything runs and is rolled back. Serialization failures
        and deadlocks are tried again as a whole, a bounded number of times.
        Raises ProblemError: what `work` refuses, a constraint in the words of its rule,
        or 503 `server.busy` when the database cannot serve now.
        """
        for attempt in range(ATTEMPTS):
            try:
                return await self._attempt(provider_id, work, save=save)
            except (DBAPIError, asyncpg.PostgresError, *_UNAVAILABLE, PoolTimeoutError) as error:
                cause = driver_error(error)
                if not isinstance(cause, _TRANSIENT):
                    raise _explained(cause) from error
            await asyncio.sleep(0.01 * 2**attempt)
        raise _busy()

    async def _attempt(
        self,
        provider_id: str | None,
        work: Callable[[Transaction], Awaitable[T]],
        *,
        save: bool,
    ) -> T:
        async with self.engine.connect() as connection:
            raw = await connection.get_raw_connection()
            driver = cast("Driver", raw.driver_connection)
            transaction = Transaction(connection, driver, provider_id)
            try:
                await driver.execute(_frame(provider_id))
                result = await work(transaction)
                await transaction.flush()
                await driver.execute("COMMIT" if save else "ROLLBACK")
            except BaseException:
                await _abandon(connection, driver)
                raise
            return result


def driver_error(error: BaseException) -> BaseException:
    """Return what asyncpg said, out of the wrappings that SQLAlchemy puts around it."""
    if isinstance(error, DBAPIError) and error.orig is not None:
        return error.orig.__cause__ or error.orig
    return error


def _frame(provider_id: str | None) -> str:
    if provider_id is None:
        return "BEGIN"
    if not _TENANT.fullmatch(provider_id):
        message = "a provider id has seven digits"
        raise ValueError(message)
    return f"BEGIN; SET LOCAL app.provider_id = '{provider_id}'"


async def _abandon(connection: AsyncConnection, driver: Driver) -> None:
    """Roll back, or drop the connection when it can no longer be asked to."""
    try:
        await driver.execute("ROLLBACK", timeout=2)
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
        await connection.invalidate()


def _explained(cause: BaseException) -> BaseException:
    if isinstance(cause, (*_UNAVAILABLE, PoolTimeoutError)):
        return _busy()
    constraint = getattr(cause, "constraint_name", None)
    if constraint in CONSTRAINT_PROBLEMS:
        kind, detail = CONSTRAINT_PROBLEMS[constraint]
        return ProblemError(kind, detail)
    return cause


def _busy() -> ProblemError:
    return ProblemError(
        SERVER_BUSY,
        "The database could not serve the request in time.",
        headers={"Retry-After": "1"},
    )
