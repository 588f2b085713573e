"""`python -m bench.overload`: too many callers at once, and one who asks for everybody."""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from bench.clients import MeasuringError, insist_on_tools
from bench.knee import HEAD, Step, climb, knee_of, step
from bench.mix import requests
from bench.neighbours import GREEDY, ROUNDS, Neighbourhood, keys_of, neighbours
from bench.open_loop import milliseconds
from bench.results import table, write
from bench.samples import Population
from bench.seeding import seed
from bench.serving import NO_QUOTAS, end_politely, serving

TIMES: Final = 3
LEAST_GOODPUT: Final = 0.8
MOST_REFUSAL: Final = 50.0
MOST_FOR_OTHERS: Final = 1.3

_HOW = (
    "`make bench-overload`. An open loop: calls come at a rate, by chance, whether or not those "
    "before were answered; times count from when a call was due, and what took longer than 2 s "
    "is no answer. 60 % reads, 10 % pages of 50, 10 % unchanged pushes, 20 % changed ones. The "
    "caller runs on the same machine. A rate with which the server does not keep up is offered "
    "once more, and the second time counts."
)
_NEIGHBOURHOOD = (
    "Providers with a key each, which ask for a part of the knee together, with the quotas that "
    f"are the default. Then one of them asks {GREEDY} times its share, with wrk and over "
    "connections of its own: first of a server that refuses everything at once, which shows "
    "what its client alone takes of the machine, then of the one that serves the others. All "
    f"take turns, {ROUNDS} times; the numbers are medians. The others' p95 should be at most "
    f"{MOST_FOR_OTHERS} times what it was."
)
_NEIGHBOURS: Final = (
    *(
        "providers",
        "of the knee",
        "others' calls/s",
        "their p95 ms",
        "while it asks elsewhere",
        "beside it",
    ),
    *("beside it, times", "than elsewhere, times", "its good/s", "refused/s"),
)


def main() -> int:
    """Find the knee, go far beyond it, then let one provider ask for everybody."""
    parser = argparse.ArgumentParser(prog="python -m bench.overload", description=__doc__)
    parser.add_argument("--activities", type=int, default=200_000)
    parser.add_argument("--seconds", type=float, default=8, help="of each step")
    parser.add_argument("--knee", type=float, help="calls a second; only the neighbours then")
    parser.add_argument("--write", action="store_true", help="write into RESULTS.md")
    asked = parser.parse_args()
    end_politely()
    try:
        insist_on_tools()
        if asked.knee:
            paragraphs = neighbourhood(asked.activities, asked.seconds, asked.knee)
        else:
            paragraphs = measured(asked.activities, asked.seconds)
    except MeasuringError as error:
        print(error, file=sys.stderr)
        return 1
    print("\n\n".join(paragraphs))
    if asked.write and not asked.knee:
        write("overload", paragraphs)
    return 0


def measured(activities: int, seconds: float) -> list[str]:
    """Return the section of RESULTS.md."""
    with tempfile.TemporaryDirectory(prefix="pars-bench-") as name:
        folder = Path(name)
        with serving(folder, **NO_QUOTAS) as server:
            world = asyncio.run(seed(server, Population.of(activities)))
            keys = asyncio.run(keys_of(world))
            steps = list(climb(world, seconds))
            knee = knee_of(steps)
            beyond = step(world, requests(world), TIMES * knee.rate, 2 * seconds)
        with serving(folder) as server:
            beside = list(neighbours(world.at(server), keys, knee.rate, seconds))
    rows = [one.row("") for one in steps]
    rows += [knee.row("the knee"), beyond.row(f"{TIMES} times the knee")]
    return [
        _HOW,
        table(HEAD, rows),
        _beyond_in_words(knee, beyond),
        *_neighbours_in_words(beside),
    ]


def neighbourhood(activities: int, seconds: float, knee: float) -> list[str]:
    """Return only the part about the neighbours of a greedy one."""
    with tempfile.TemporaryDirectory(prefix="pars-bench-") as name, serving(Path(name)) as server:
        world = asyncio.run(seed(server, Population.of(activities)))
        keys = asyncio.run(keys_of(world))
        return _neighbours_in_words(neighbours(world, keys, knee, seconds))


def _beyond_in_words(knee: Step, beyond: Step) -> str:
    refusals = milliseconds(beyond.answers.refused, 0.95)
    return (
        f"At {TIMES} times the knee the server gives {beyond.goodput / knee.goodput:.0%} of the "
        f"good answers that it gives at the knee (target: {LEAST_GOODPUT:.0%}); 95 % of the "
        f"refusals come within {refusals:.0f} ms (target: {MOST_REFUSAL:.0f})."
    )


def _neighbours_in_words(seen: Iterable[Neighbourhood]) -> list[str]:
    rows = []
    for one in seen:
        if not one.before:
            message = f"nobody was answered at {one.asked:.0f} calls a second"
            raise MeasuringError(message)
        rows.append(
            [
                f"{one.level.providers:,}",
                f"{one.level.part:.1%}",
                f"{one.asked:,.0f}",
                *(f"{number:.1f}" for number in (one.before, one.elsewhere, one.beside)),
                f"{one.beside / one.before:.2f}",
                f"{one.beside / one.elsewhere:.2f}",
                *(f"{number:,.0f}" for number in (one.good, one.refused)),
            ]
        )
    return [_NEIGHBOURHOOD, table(_NEIGHBOURS, rows)]


if __name__ == "__main__":
    sys.exit(main())
