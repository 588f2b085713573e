"""How migrations run: over asyncpg, one at a time, in small bounded transactions.

They connect as the login of the address itself, never as the application's role,
because the owner of the tables is the one that may change them.
"""

import asyncio

from alembic import context
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.models import Base
from app.settings import load_settings

# Any number will do, as long as every migration of OpenPARS takes the same one.
ADVISORY_LOCK = 5_072_018_350

# A second migration waits for the first. Inside, a lock that cannot be had quickly is
# given up, because whoever waits behind a waiting ALTER TABLE is every user.
WAIT_FOR_ANOTHER_MIGRATION = "10min"
LOCK_TIMEOUT = "5s"
STATEMENT_TIMEOUT = "15min"


def _address() -> str:
    given = context.config.attributes.get("url") or load_settings().migrations_url
    if given is None:
        message = "set PARS_DATABASE_URL, or run `pars db upgrade` for the embedded database"
        raise SystemExit(message)
    return str(given)


def _has_a_model(name: str | None, kind: str, _parents: object) -> bool:
    """Leave out the tables of the job queue, which a library reads and writes."""
    return kind != "table" or name is None or not name.startswith("pgqueuer")


def _migrate(connection: Connection) -> None:
    connection.execute(text(f"SET lock_timeout = '{WAIT_FOR_ANOTHER_MIGRATION}'"))
    connection.execute(text(f"SELECT pg_advisory_lock({ADVISORY_LOCK})"))
    connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
    connection.execute(text(f"SET statement_timeout = '{STATEMENT_TIMEOUT}'"))
    # The lock belongs to the session; from here on each migration has its own transaction.
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        transaction_per_migration=True,
        include_name=_has_a_model,
    )
    with context.begin_transaction():
        context.run_migrations()


async def _run_online() -> None:
    engine = create_async_engine(_address(), poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(_migrate)
    finally:
        await engine.dispose()


def _run_offline() -> None:
    """Print the SQL instead of running it (`alembic upgrade head --sql`)."""
    context.configure(
        dialect_name="postgresql",
        target_metadata=Base.metadata,
        literal_binds=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    _run_offline()
else:
    asyncio.run(_run_online())
