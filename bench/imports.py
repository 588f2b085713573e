"""Imports of activities beside the same rows without validation: `python -m bench.imports`.

In each round both take turns, for providers of their own: rows that an import has left are
written once more by INSERT ... SELECT unnest, and the file is sent to a running server,
whose worker takes it in while another client reads. Then the same file comes again.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Final

from app.auth.keys import issue_key
from app.core.database import Database
from app.providers.service import add_provider
from bench.import_runs import READER, Bench
from bench.results import RESULTS, table, write
from bench.serving import NO_QUOTAS, Server, serving
from bench.unvalidated import RECORDS, WITH_HISTORY, Piece, pieces, read_table

_IMPORT: Final = "import"
_AGAIN: Final = "the same file again"
_UNNEST: Final = "unnest"
_WITH_HISTORY: Final = "unnest, with history"
_REFERENCES: Final = {_UNNEST: RECORDS, _WITH_HISTORY: WITH_HISTORY}
# So many activities in a transaction; the quickest counts.
_CHUNKS: Final = (500, 2000, 10_000)
_FIRST: Final = 1_000_001
_TARGET: Final = 0.6
_MOST_GROWTH: Final = 50
_SLOWEST_READ: Final = 100
_MEBIBYTE: Final = 1024 * 1024


async def enter_providers(server: Server, providers: list[str]) -> str:
    """Enter the providers, and return a key for all of them."""
    database = Database(server.cluster.url(), pool_size=1)
    for provider_id in providers:
        await add_provider(database, provider_id, f"Provider {provider_id}", "ACCME")
    key = await issue_key(database, kind="vendor", name="bench", providers=providers)
    await database.close()
    return key.key


async def unvalidated(
    bench: Bench, tables: tuple[str, ...], provider_id: str, chunk: int
) -> list[list[Piece]]:
    """Read what an import has left, in chunks."""
    driver = await bench.connected()
    await driver.execute(f"BEGIN; SET LOCAL app.provider_id = '{provider_id}'")
    found = [await read_table(driver, one, provider_id) for one in tables]
    await driver.close()
    return pieces(found, chunk)


def measure(bench: Bench, providers: Iterator[str], rounds: int) -> None:
    """Do all that is compared, round by round."""
    first = next(providers)
    bench.take_in("the first import", first, "created")
    references = {
        _by(reference, chunk): asyncio.run(unvalidated(bench, tables, first, chunk))
        for reference, tables in _REFERENCES.items()
        for chunk in _CHUNKS
    }
    for _ in range(rounds):
        for name, chunks in references.items():
            asyncio.run(bench.write(name, next(providers), chunks))
        provider_id = next(providers)
        for name, outcome in ((_IMPORT, "created"), (_AGAIN, "unchanged")):
            with bench.another_client(name):
                bench.take_in(name, provider_id, outcome)


def as_table(bench: Bench) -> str:
    """Return what was measured: medians of the rounds, and the worst of the reads."""
    rates = {name: seen.rows_per_second(bench.rows) for name, seen in bench.measured.items()}
    best = {
        reference: max((_by(reference, chunk) for chunk in _CHUNKS), key=lambda name: rates[name])
        for reference in _REFERENCES
    }
    lines = []
    for name in (*best.values(), _IMPORT, _AGAIN):
        seen, per_row = bench.measured[name], 1e6 / bench.rows
        lines.append(
            (
                name,
                f"{rates[name]:,.0f}",
                *(f"{rates[name] / rates[best[reference]]:.0%}" for reference in _REFERENCES),
                f"{median(cpu.server for cpu in seen.cpu) * per_row:.0f}",
                f"{median(cpu.postgres for cpu in seen.cpu) * per_row:.0f}",
                f"{bench.rows / median(seen.whole):,.0f}" if seen.whole else "",
                f"{median(seen.reads) * 1000:.1f} ms" if seen.reads else "",
                f"{max(seen.reads) * 1000:.0f} ms" if seen.reads else "",
            )
        )
    return table(_HEAD, lines)


def as_words(bench: Bench) -> str:
    """Return what is compared with the targets beside the table."""
    grown = (max(bench.memory) - bench.memory[0]) / _MEBIBYTE
    return (
        f"The worker's memory grew by {grown:.0f} MiB at most since before its first import"
        f" (target: less than {_MOST_GROWTH} MiB). Targets: an import reaches at least"
        f" {_TARGET:.0%} of {_UNNEST}, and no read of another client takes {_SLOWEST_READ} ms."
    )


def main() -> int:
    """Measure, print it, and write it down when it was asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench.imports", description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--write", action="store_true", help="write into RESULTS.md")
    asked = parser.parse_args()
    number = 1 + asked.rounds * (len(_REFERENCES) * len(_CHUNKS) + 1)
    providers = [f"{_FIRST + place}" for place in range(number)]
    with (
        tempfile.TemporaryDirectory(prefix="pars-bench-") as folder,
        serving(Path(folder), **NO_QUOTAS, PARS_WORKERS="1") as server,
    ):
        key = asyncio.run(enter_providers(server, [READER, *providers]))
        bench = Bench(server, key, asked.rows)
        measure(bench, iter(providers), asked.rounds)
    print(as_table(bench))
    print(as_words(bench))
    if asked.write:
        write("imports", [_HOW.format(rows=asked.rows), as_table(bench), as_words(bench)])
        print(f"written to {RESULTS.name}")
    return 0


def _by(reference: str, chunk: int) -> str:
    return f"{reference}, {chunk:,} at a time"


_HEAD: Final = (
    *("", "rows/s", f"of {_UNNEST}", f"of {_WITH_HISTORY}", "worker CPU us/row"),
    *("PostgreSQL CPU us/row", "rows/s with sending", "median GET", "slowest GET"),
)
_HOW: Final = """\
`python -m bench.imports --write`: {rows:,} complete activities as NDJSON, each with support,
learners and boards. **unnest** writes the same rows of activities, sources and boards by
`INSERT ... SELECT FROM unnest(...)`, from one array a column, into the same tables with their
keys, indexes, triggers and policies, and validates nothing; **with history** it writes the
audit trail of them too, as the import does. Rows per second of an import are those of its job,
from the start of the worker's work to the end; **with sending**, from the first byte of the
call to the client's seeing that it is done."""

if __name__ == "__main__":
    sys.exit(main())
