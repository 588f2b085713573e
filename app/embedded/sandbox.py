"""The database of the sandbox, beside the live one in the embedded PostgreSQL."""

import asyncio
import contextlib
from typing import TypeAlias

import asyncpg

from app.embedded.cluster import DATABASE, OWNER, PORT, SANDBOX, Cluster
from app.settings import Settings

Superuser: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

_IS_THERE = "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)"


def sandbox_address(settings: Settings) -> str | None:
    """Return the address of the sandbox's database, or None while there is none."""
    cluster = Cluster(settings.data_dir)
    return cluster.url(SANDBOX) if asyncio.run(_is_there(cluster)) else None


def make_sandbox(settings: Settings, *, as_a_copy: bool) -> str:
    """Make the database of the sandbox, and return its address.

    A copy of a live database in which nobody is registered costs less than every
    migration once more.
    """
    cluster = Cluster(settings.data_dir)
    asyncio.run(_make(cluster, as_a_copy=as_a_copy))
    return cluster.url(SANDBOX)


async def _is_there(cluster: Cluster) -> bool:
    superuser = await _superuser(cluster)
    try:
        return bool(await superuser.fetchval(_IS_THERE, SANDBOX))
    finally:
        await superuser.close()


async def _make(cluster: Cluster, *, as_a_copy: bool) -> None:
    superuser = await _superuser(cluster)
    statement = f"CREATE DATABASE {SANDBOX} OWNER {OWNER}"
    try:
        # Another process may be as quick, or be using the database that is copied.
        if as_a_copy:
            with contextlib.suppress(asyncpg.ObjectInUseError):
                await superuser.execute(f"{statement} TEMPLATE {DATABASE}")
                return
        await superuser.execute(statement)
    except (asyncpg.DuplicateDatabaseError, asyncpg.UniqueViolationError):
        return
    finally:
        await superuser.close()


async def _superuser(cluster: Cluster) -> Superuser:
    # The owner of the databases may not make any; PostgreSQL's own superuser may.
    connection: Superuser = await asyncpg.connect(
        host=str(cluster.sockets), port=PORT, user="postgres", database="postgres"
    )
    return connection
