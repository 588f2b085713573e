"""Filling the reference application's database with the same records, and serving it."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import asyncpg
from sqlalchemy.ext.asyncio import create_async_engine

from bench.reference.models import Base
from bench.samples import FIRST_PROVIDER, Document
from bench.serving import WORKERS, Server, port_of_nobody, started, wait_for

DATABASE: Final = "reference"

_MINE: Final = f"provider_id >= '{FIRST_PROVIDER}'"
_CONTENT: Final = (
    "provider_id, internal_id, title, format, start_date, end_date, delivery_methods, location, "
    "city, state, country, credits::float8, description, cme_finder, fee, registration, url, "
    "providership, joint_providers, outcome_measures, support_received, physicians, others, "
    "moc_registered, attested_by, attested_on, created_at, updated_at, closed_at"
)
# Each table with the query that reads the same rows from the measured server's database.
_COPIES: Final = {
    "providers": f"SELECT provider_id AS id, name FROM providers WHERE {_MINE}",
    "activities": f"SELECT activity_id::bigint AS id, {_CONTENT} FROM activities WHERE {_MINE}",
    "support_sources": f"""
        SELECT row_number() OVER () AS id, activity_id::bigint, source, monetary, amount::float8,
            in_kind, in_kind_nature, received_year
        FROM commercial_support_sources WHERE {_MINE}""",
    "moc_boards": f"""
        SELECT row_number() OVER () AS id, activity_id::bigint, board, practice_areas,
            credit_types, credits::float8, content_areas, credit_claim_date, fee, registration, url
        FROM moc_registrations WHERE {_MINE}""",
}


@dataclass(frozen=True, slots=True)
class Reference:
    """The running reference application."""

    url: str
    process_id: int


async def copy_records(server: Server) -> None:
    """Make the reference application's tables and fill them with the server's records."""
    source = await asyncpg.connect(server.database())
    try:
        await source.execute(f"CREATE DATABASE {DATABASE}")
        engine = create_async_engine(server.cluster.url(DATABASE, "postgres"))
        async with engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        await engine.dispose()
        target = await asyncpg.connect(server.database(DATABASE))
        try:
            for table, query in _COPIES.items():
                await _copy(source, target, table, query)
            await target.execute("VACUUM ANALYZE")
            await target.execute("CHECKPOINT")
        finally:
            await target.close()
    finally:
        await source.close()


async def _copy(source: Any, target: Any, table: str, query: str) -> None:
    columns = [attribute.name for attribute in (await source.prepare(query)).get_attributes()]
    with tempfile.TemporaryFile() as rows:
        await source.copy_from_query(query, output=rows, format="binary")
        rows.seek(0)
        await target.copy_to_table(table, source=rows, columns=columns, format="binary")
    if table != "providers":
        await target.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
        )


@contextmanager
def serving_reference(server: Server, folder: Path) -> Iterator[Reference]:
    """Serve it with as many workers as the measured server, on the same event loop."""
    port = port_of_nobody()
    command = [sys.executable, "-m", "uvicorn", "bench.reference.app:app", "--port", str(port)]
    command += ["--workers", str(WORKERS), "--loop", "uvloop", "--http", "httptools"]
    command += ["--no-access-log"]
    variables = {"REFERENCE_DATABASE_URL": server.cluster.url(DATABASE, "postgres")}
    output = folder / "reference.log"
    with started(command, variables, output) as process:
        wait_for("Application startup complete", process, output, times=WORKERS)
        yield Reference(f"http://127.0.0.1:{port}", process.pid)


def as_reference(document: Document) -> Document:
    """Return a record in the shape of the reference application, without its key."""
    support, learners, moc = (document[name] for name in ("commercial_support", "learners", "moc"))
    nested = {"commercial_support", "learners", "moc", "internal_id", "format", "start_date"}
    return {
        **{name: value for name, value in document.items() if name not in nested},
        "support_received": support["received"],
        "support_sources": support["sources"],
        **learners,
        "moc_registered": moc["registered"],
        **moc["attestation"],
        "moc_boards": moc["boards"],
    }
