"""Imports of activities beside the same rows without validation: `python -m bench.imports`.

In each round both take turns, for providers of their own: rows that an import has left are
written once more by INSERT ... SELECT unnest, and the file is sent to a running server, whose
worker takes it in; then the same file comes again. After that all of it happens once more
beside another client that reads. What runs alone is compared with what runs alone.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Final

from app.auth.operating import issue_key
from app.core.database import Database
from app.providers.registering import enter_accreditor, enter_provider
from bench.import_runs import READER, Bench, Measured
from bench.results import RESULTS, table, write
from bench.serving import NO_QUOTAS, Server, serving
from bench.unvalidated import RECORDS, WITH_HISTORY, Piece, pieces, read_table

_IMPORT: Final = "import"
_AGAIN: Final = "the same file again"
_UNNEST: Final = "unnest"
_WITH_HISTORY: Final = "unnest, with history"
_REFERENCES: Final = {_UNNEST: RECORDS, _WITH_HISTORY: WITH_HISTORY}
# So many activities in a transaction; the quickest counts.
_CHUNKS: Final = (2000, 10_000)
_BESIDE: Final = ", beside a reader"
_FIRST: Final = 1_000_001
_TARGET: Final = 0.6
_MOST_GROWTH: Final = 50
_SLOWEST_READ: Final = 100
_MEBIBYTE: Final = 1024 * 1024


async def enter_providers(server: Server, providers: list[str]) -> str:
    """Enter the providers, and return a key for all of them."""
    database = Database(server.cluster.url(), pool_size=1)
    await enter_accreditor(database, "bench", "ACCME", "ACCME")
    for provider_id in providers:
        await enter_provider(database, "bench", provider_id, f"Provider {provider_id}", "ACCME")
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
        _take_in_twice(bench, next(providers), "")
        for chunk in _CHUNKS:
            name = _by(_UNNEST, chunk)
            with bench.another_client(name + _BESIDE):
                asyncio.run(bench.write(name + _BESIDE, next(providers), references[name]))
        _take_in_twice(bench, next(providers), _BESIDE)


def _take_in_twice(bench: Bench, provider_id: str, circumstances: str) -> None:
    for kind, outcome in ((_IMPORT, "created"), (_AGAIN, "unchanged")):
        name = kind + circumstances
        if circumstances:
            with bench.another_client(name):
                bench.take_in(name, provider_id, outcome)
        else:
            bench.take_in(name, provider_id, outcome)


def as_table(bench: Bench) -> str:
    """Return what was measured: medians of the rounds, and the worst of the reads."""
    lines = []
    for circumstances in ("", _BESIDE):
        references = [_best(bench, reference, circumstances) for reference in _REFERENCES]
        written = [name for name in references if name is not None]
        for name in (*written, _IMPORT + circumstances, _AGAIN + circumstances):
            shares = (_share(bench, name, reference) for reference in references)
            lines.append((name, *_line(bench.measured[name], bench.rows, *shares)))
    return table(_HEAD, lines)


def _line(seen: Measured, rows: int, *shares: str) -> tuple[str, ...]:
    per_row = 1e6 / rows
    return (
        f"{seen.rows_per_second(rows):,.0f}",
        *shares,
        f"{median(cpu.server for cpu in seen.cpu) * per_row:.0f}",
        f"{median(cpu.postgres for cpu in seen.cpu) * per_row:.0f}",
        f"{rows / median(seen.whole):,.0f}" if seen.whole else "",
        f"{median(seen.reads) * 1000:.1f} ms" if seen.reads else "",
        f"{max(seen.reads) * 1000:.0f} ms" if seen.reads else "",
    )


def _best(bench: Bench, reference: str, circumstances: str) -> str | None:
    """Return the quickest way of a reference, or None where it was not measured."""
    names = [_by(reference, chunk) + circumstances for chunk in _CHUNKS]
    measured = [name for name in names if name in bench.measured]
    return max(
        measured, key=lambda name: bench.measured[name].rows_per_second(bench.rows), default=None
    )


def _share(bench: Bench, name: str, reference: str | None) -> str:
    """Return the part of a reference's rows per second; rounds are compared within themselves."""
    if reference is None:
        return ""
    pairs = zip(bench.measured[reference].seconds, bench.measured[name].seconds, strict=True)
    return f"{median(theirs / ours for theirs, ours in pairs):.0%}"


def as_words(bench: Bench) -> str:
    """Return what is compared with the targets beside the table."""
    grown = (max(bench.memory) - bench.memory[0]) / _MEBIBYTE
    return (
        f"The worker's memory grew by {grown:.0f} MiB at most since before its first import"
        f" (target: less than {_MOST_GROWTH} MiB). Targets: an import reaches at least"
        f" {_TARGET:.0%} of {_UNNEST}, and no read of another client takes {_SLOWEST_READ} ms."
        f" The first is held against the import that runs alone, as {_UNNEST} alone does:"
        " beside a reader the machine's processors are full, and what one of the two takes"
        " longer for, the reader takes from it for longer. The second is held against the"
        " import beside the reader."
    )


def main() -> int:
    """Measure, print it, and write it down when it was asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench.imports", description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--write", action="store_true", help="write into RESULTS.md")
    asked = parser.parse_args()
    number = 1 + asked.rounds * ((len(_REFERENCES) + 1) * len(_CHUNKS) + 2)
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
        write(
            "imports",
            [_HOW.format(rows=asked.rows, unnest=_UNNEST), as_table(bench), as_words(bench)],
        )
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
call to the client's seeing that it is done. **of unnest** is the median of what the rounds came
to, each compared with {unnest} of its own round and of the same circumstances: alone, or beside
a client that reads a record again and again, 10 ms after each answer."""

if __name__ == "__main__":
    sys.exit(main())
