"""`python -m bench`: single calls, next to a usual application and to PostgreSQL alone."""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from bench.calls import CALLS
from bench.clients import MeasuringError, insist_on_tools
from bench.reference.running import copy_records, serving_reference
from bench.report import as_table, as_words, paragraphs
from bench.results import RESULTS, write
from bench.rounds import Seen, measure
from bench.samples import Population
from bench.seeding import seed
from bench.serving import NO_QUOTAS, end_politely, serving


def main() -> int:
    """Measure what was asked for, print it, and write it down when it was everything."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", default=",".join(CALLS), help="calls, with commas between them")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=5, help="of each run in a round")
    parser.add_argument("--activities", type=int, default=200_000)
    parser.add_argument("--write", action="store_true", help="write into RESULTS.md")
    asked = parser.parse_args()
    wanted = asked.only.split(",")
    unknown = [name for name in wanted if name not in CALLS]
    if unknown:
        parser.error(f"there is no call {unknown[0]}; there are {', '.join(CALLS)}")
    population = Population.of(asked.activities)
    end_politely()
    try:
        insist_on_tools()
        seen = run(wanted, population, asked.rounds, asked.seconds)
    except MeasuringError as error:
        print(error, file=sys.stderr)
        return 1
    print(as_table(seen))
    print(as_words(seen))
    if asked.write:
        write("calls", paragraphs(seen, population, asked.rounds, asked.seconds))
        print(f"written to {RESULTS.name}")
    return 0


def run(wanted: list[str], population: Population, rounds: int, seconds: int) -> Mapping[str, Seen]:
    """Start both servers on the same records, and measure."""
    with ExitStack() as open_until_the_end:
        enter = open_until_the_end.enter_context
        folder = Path(enter(tempfile.TemporaryDirectory(prefix="pars-bench-")))
        server = enter(serving(folder, **NO_QUOTAS))
        world = asyncio.run(seed(server, population))
        asyncio.run(copy_records(server))
        reference = enter(serving_reference(server, folder))
        return asyncio.run(measure(world, reference, wanted, rounds, seconds))


if __name__ == "__main__":
    sys.exit(main())
