"""A million completions beside COPY of the same rows: `python -m bench.completions`.

A worker takes a file in, and then the same file again. After each of them the rows, as they
are stored, are copied into a table without keys, indexes, policies and validation.
"""

import argparse
import asyncio
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Final, NamedTuple, Self

import asyncpg
import orjson

from app.auth.access import Access
from app.auth.principal import Principal
from app.cli.schema import upgrade_schema
from app.core.database import Database
from app.embedded import running
from app.embedded.cluster import Cluster
from app.embedded.postmaster import running_process
from app.imports.accepting import Asked, accept
from app.imports.jobs import ImportJobs
from app.imports.models import Import
from app.imports.readers.rows import Kind
from app.providers.registering import enter_accreditor, enter_provider
from app.settings import Settings
from bench.copying import Copied, Driver, copy
from bench.many_completions import activities, completions
from bench.processes import Spent, memory, spent
from bench.results import RESULTS, table, write
from bench.serving import PARS, started, wait_for

TARGET: Final = 0.25
_PROVIDER: Final = "1000001"
_MEBIBYTE: Final = 1024 * 1024
_SCOPES: Final = frozenset({"imports:write", "activities:write", "completions:write"})
_HEAD: Final = (
    *("rows/s", "of COPY", "target", "of COPY of text"),
    *("worker CPU µs", "PostgreSQL CPU µs", "memory before", "at most", "after"),
)


class Taken(NamedTuple):
    """What it took to take a file in: seconds, processor time, memory of the worker."""

    name: str
    seconds: float
    cpu: Spent
    memory: tuple[int, int, int]
    copied: Copied

    @property
    def ratio(self) -> float:
        """Return the rows per second as a part of those of COPY."""
        return self.copied.of_records / self.seconds

    def as_row(self, rows: int) -> tuple[str, ...]:
        """Return the line of the table."""
        return (
            self.name,
            f"{rows / self.seconds:,.0f}",
            f"{self.ratio:.0%}",
            f"{TARGET:.0%}",
            f"{self.copied.of_text / self.seconds:.0%}",
            f"{self.cpu.server / rows * 1e6:.1f}",
            f"{self.cpu.postgres / rows * 1e6:.1f}",
            *(f"{size / _MEBIBYTE:.0f} MiB" for size in self.memory),
        )


class Watch:
    """Looks at the memory of a process for as long as the block lasts."""

    def __init__(self, process: int) -> None:
        self._process = process
        self._leaving = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.before = self.most = memory(process)

    def __enter__(self) -> Self:
        """Begin to look."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Look no more."""
        self._leaving.set()
        self._thread.join()

    def seen(self) -> tuple[int, int, int]:
        """Return what it was before, at most, and is now."""
        return self.before, self.most, memory(self._process)

    def _look(self) -> None:
        while not self._leaving.wait(0.2):
            self.most = max(self.most, memory(self._process))


class Desk:
    """Sends the files of one provider, and waits for a worker to take them in."""

    def __init__(self, database: Database) -> None:
        principal = Principal(
            credential_id="cred_0123456789abcdef",
            kind="provider",
            mode="test",
            providers=frozenset({_PROVIDER}),
            scopes=_SCOPES,
        )
        self._access = Access(principal, _PROVIDER, "bench", database)

    async def send(self, kind: Kind, records: Iterable[dict[str, Any]]) -> str:
        """Send a file, and return the id of its import."""
        accepted = await accept(self._access, Asked(kind, "ndjson", force=True), _pieces(records))
        return accepted.job.import_id

    async def finished(self, import_id: str) -> Import:
        """Return the import when it has come to its end."""
        while True:
            job = await self._access.run(
                lambda transaction: ImportJobs(transaction, _PROVIDER).get(import_id)
            )
            if job is not None and job.finished_at is not None:
                return job
            await asyncio.sleep(0.1)


async def _pieces(records: Iterable[dict[str, Any]]) -> AsyncIterator[bytes]:
    piece = bytearray()
    for record in records:
        piece += orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)
        if len(piece) >= _MEBIBYTE:
            yield bytes(piece)
            piece.clear()
    yield bytes(piece)


class Bench:
    """A database with its worker, and what is measured on them."""

    def __init__(self, desk: Desk, driver: Driver, worker: int, postmaster: int) -> None:
        self._desk = desk
        self._driver = driver
        self._worker = worker
        self._postmaster = postmaster

    async def enter_activities(self, rows: int) -> list[str]:
        """Enter the activities of so many completions; return their ids."""
        await self._desk.finished(await self._desk.send("activities", activities(rows)))
        found = await self._driver.fetch("SELECT activity_id FROM activities ORDER BY internal_id")
        return [row[0] for row in found]

    async def take_in(self, name: str, outcome: str, rows: int, ids: list[str]) -> Taken:
        """Send completions and let them be taken in, and copy them as they are stored then."""
        with Watch(self._worker) as watch:
            import_id = await self._desk.send("completions", completions(rows, ids))
            before = spent(self._worker, self._postmaster)
            job = await self._desk.finished(import_id)
            cpu = spent(self._worker, self._postmaster).since(before)
        if job.counts != {outcome: rows} or job.started_at is None or job.finished_at is None:
            message = f"{job.state}: {job.counts}, {job.failure}, {job.causes[:3]}"
            raise RuntimeError(message)
        seconds = (job.finished_at - job.started_at).total_seconds()
        await self._driver.execute("CHECKPOINT")
        return Taken(name, seconds, cpu, watch.seen(), await copy(self._driver, rows))


async def measure(url: str, rows: int, worker: int, postmaster: int) -> list[Taken]:
    """Take the completions in three times: new, and unchanged twice."""
    database = Database(url, pool_size=1)
    await enter_accreditor(database, "bench", "ACCME", "ACCME")
    await enter_provider(database, "bench", _PROVIDER, "Valley Hospital", "ACCME")
    driver = await asyncpg.connect(url.replace("+asyncpg", "").replace("pars_owner@", "postgres@"))
    bench = Bench(Desk(database), driver, worker, postmaster)
    ids = await bench.enter_activities(rows)
    taken = [
        await bench.take_in("new", "created", rows, ids),
        await bench.take_in("sent again", "unchanged", rows, ids),
        await bench.take_in("and again", "unchanged", rows, ids),
    ]
    await driver.close()
    await database.close()
    return taken


def main() -> int:
    """Measure, print it, and write it down when it was asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench.completions", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--write", action="store_true", help="write into RESULTS.md")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pars-bench-") as name:
        folder = Path(name)
        with running(Settings(data_dir=folder)) as url:
            upgrade_schema(url)
            output = folder / "worker.log"
            with started([*PARS, "worker"], {"PARS_DATABASE_URL": url}, output) as worker:
                wait_for("The worker takes imports", worker, output)
                postmaster = running_process(Cluster(folder)) or 0
                taken = asyncio.run(measure(url, asked.rows, worker.pid, postmaster))
                lines = table(
                    (f"{asked.rows:,} rows", *_HEAD), (one.as_row(asked.rows) for one in taken)
                )
    print(lines)
    if asked.write:
        write("completions", [_HOW, lines])
        print(f"written to {RESULTS.name}")
    return 0


_HOW: Final = """\
`python -m bench.completions --write`, or fewer of them: `--rows 100000`. **COPY** is asyncpg's
`copy_records_to_table` of the rows as they are stored, all columns of them, into a table
without keys, indexes, policies and checks; **of text** is the same as bytes that are ready to
be sent. The import reads the file out of the database, parses and validates it, keeps what
became of each row, and is bound by row-level security, four indexes and the foreign key."""

if __name__ == "__main__":
    sys.exit(main())
