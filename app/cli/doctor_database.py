"""What `pars doctor` sees in a database in use: connections, workers, jobs, clock, space."""

import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import asyncpg

from app.cli.doctor_machine import space
from app.cli.findings import Finding
from app.core.database import Database, Transaction
from app.core.replica import MOST_SECONDS_BEHIND, ReplicatedDatabase
from app.imports.queueing import WORKER_NAME
from app.settings import Settings

# Two machines may differ by as much before tokens and leases of one puzzle the other.
_SECONDS_APART: Final = 2.0
_SECONDS_A_JOB_MAY_WAIT: Final = 300
# What a worker takes beside the pools of the server: its own pool, and the queue.
_CONNECTIONS_OF_A_WORKER: Final = 4

_SECONDS_BETWEEN_LOOKS: Final = 0.05

# Nothing but a session with a name of ours counts as ours; others see the names too.
_USE: Final = """
SELECT (SELECT setting::integer FROM pg_settings WHERE name = 'max_connections')
       - coalesce((SELECT sum(setting::integer) FROM pg_settings
            WHERE name IN ('superuser_reserved_connections', 'reserved_connections')), 0) AS open,
       (SELECT count(*) FROM pg_stat_activity WHERE datid IS NOT NULL
          AND coalesce(backend_type, 'client backend') = 'client backend'
          AND application_name NOT LIKE 'openpars%') AS others,
       (SELECT count(*) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = $1) AS workers,
       pg_database_size(current_database()) AS bytes,
       clock_timestamp() AS now
"""
_JOBS: Final = """
SELECT (SELECT count(*) FROM pgqueuer WHERE status = 'queued') AS waiting,
       (SELECT extract(epoch FROM now() - min(created))::integer FROM pgqueuer
         WHERE status = 'queued') AS oldest,
       (SELECT count(*) FROM pgqueuer WHERE status = 'picked') AS running,
       (SELECT count(DISTINCT job_id) FROM pgqueuer_log WHERE status IN ('exception', 'failed')
           AND created > now() - interval '1 day') AS failed
"""
# Only some logins may see where the files are; the others get none.
_FOLDER: Final = "SELECT setting FROM pg_settings WHERE name = 'data_directory'"


async def look_at_use(database: Database, settings: Settings) -> list[Finding]:
    """Look at a database whose schema is the newest, as the application meets it."""

    async def look(transaction: Transaction) -> list[Finding]:
        driver = transaction.driver
        asked = datetime.now(UTC)
        use = await driver.fetchrow(_USE, WORKER_NAME)
        answered = datetime.now(UTC)
        jobs = await driver.fetchrow(_JOBS)
        if use is None or jobs is None:
            message = "a statement without FROM has one row"
            raise LookupError(message)
        return [
            _connections(use, settings),
            _clock(use["now"], asked, answered),
            *_workers(use["workers"], jobs),
            *_space(use["bytes"], await driver.fetchval(_FOLDER)),
        ]

    return await database.run(None, look)


async def look_at_replica(url: str, replica_url: str) -> Finding:
    """Tell whether the replica takes in soon what the database has now."""
    database = ReplicatedDatabase(url, replica_url, pool_size=1, most_waiting=1)
    asked = time.monotonic()
    seconds = 0.0
    try:
        while database.has_all_before < asked and seconds < MOST_SECONDS_BEHIND:
            await database.look_at_replica()
            await asyncio.sleep(_SECONDS_BETWEEN_LOOKS)
            seconds = time.monotonic() - asked
        reached = database.has_all_before >= asked
    finally:
        await database.close()
    return Finding(
        "replica",
        ok=reached,
        found=f"caught up within {seconds:.1f} s" if reached else "gone, or too far behind",
        wanted=f"no more than {MOST_SECONDS_BEHIND:.0f} s behind",
        remedy="Look at its log and at pg_stat_replication; until then the database serves lists.",
        grave=False,
    )


def _connections(use: asyncpg.Record, settings: Settings) -> Finding:
    needed = settings.workers * settings.pool_size + _CONNECTIONS_OF_A_WORKER
    if settings.sandbox_url is not None or settings.database_url is None:
        # The sandbox is usually another database of the same PostgreSQL.
        needed += settings.workers * settings.sandbox_pool_size + _CONNECTIONS_OF_A_WORKER
    left = use["open"] - use["others"]
    return Finding(
        "connections",
        ok=left >= needed,
        found=f"{left} of {use['open']} for us; this machine takes {needed}",
        wanted=f"{needed} for each machine",
        remedy="Raise max_connections of PostgreSQL, or lower PARS_POOL_SIZE or PARS_WORKERS.",
    )


def _clock(there: datetime, asked: datetime, answered: datetime) -> Finding:
    # It was asked at some moment between the two, so only what lies outside counts.
    apart = max((asked - there).total_seconds(), (there - answered).total_seconds(), 0.0)
    return Finding(
        "clock",
        ok=apart <= _SECONDS_APART,
        found=f"{apart:.1f} s apart from this machine's",
        wanted=f"within {_SECONDS_APART:.0f} s",
        remedy="Let both machines set their clocks by NTP (chrony, systemd-timesyncd).",
    )


def _workers(alive: int, jobs: asyncpg.Record) -> Iterator[Finding]:
    waits, oldest = jobs["waiting"], jobs["oldest"] or 0
    yield Finding(
        "worker",
        ok=alive > 0,
        found=f"{alive} alive" if alive else "none alive",
        wanted="at least one",
        remedy="Start `pars serve`, which brings one, or `pars worker`.",
        grave=bool(waits),
    )
    yield Finding(
        "jobs",
        ok=oldest <= _SECONDS_A_JOB_MAY_WAIT,
        found=f"{waits} waiting, {jobs['running']} running"
        + (f", the oldest for {oldest} s" if waits else ""),
        wanted=f"none that waits for more than {_SECONDS_A_JOB_MAY_WAIT} s",
        remedy="Start more of `pars worker`, on this machine or another.",
        grave=False,
    )
    yield Finding(
        "failed jobs",
        ok=not jobs["failed"],
        found=f"{jobs['failed']} within a day",
        wanted="none",
        remedy="They are tried again every ten seconds; the worker's log has the fault of each.",
        grave=False,
    )


def _space(size: int, folder: str | None) -> Iterator[Finding]:
    yield Finding("size", ok=True, found=f"{size / 2**20:.0f} MiB", wanted="any")
    # A folder of another machine cannot be looked at from here.
    if folder is not None and (Path(folder) / "PG_VERSION").exists():
        yield space(Path(folder), "Make room before PostgreSQL stops for want of it.")
