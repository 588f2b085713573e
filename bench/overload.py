"""`python -m bench.overload`: too many callers at once, and one who asks for everybody."""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path
from typing import Final

from app.auth.keys import issue_key
from app.core.database import Database
from bench.clients import MeasuringError, insist_on_tools
from bench.knee import HEAD, Step, climb, knee_of, step
from bench.mix import requests
from bench.open_loop import Answers, OpenLoop, milliseconds, offer, run
from bench.results import table, write
from bench.samples import FIRST_PROVIDER, Population
from bench.seeding import seed
from bench.serving import NO_QUOTAS, end_politely, serving
from bench.world import World

TIMES: Final = 3
LEAST_GOODPUT: Final = 0.8
MOST_REFUSAL: Final = 50.0
NEIGHBOURS: Final = 20
GREEDY: Final = 50
MOST_FOR_OTHERS: Final = 1.3

_HOW = (
    "`make bench-overload`. An open loop: calls come at a rate, by chance, whether or not those "
    "before were answered; times count from when a call was due, and what took longer than 2 s "
    "is no answer. 60 % reads, 10 % pages of 50, 10 % unchanged pushes, 20 % changed ones. The "
    "caller runs on the same machine."
)
_NEIGHBOURHOOD = (
    f"{NEIGHBOURS} providers with a key each, at half the knee together, and with the quotas that "
    f"are the default. Then one of them asks {GREEDY} times its share."
)


def main() -> int:
    """Find the knee, go far beyond it, then let one provider ask for everybody."""
    parser = argparse.ArgumentParser(prog="python -m bench.overload", description=__doc__)
    parser.add_argument("--activities", type=int, default=200_000)
    parser.add_argument("--seconds", type=float, default=8, help="of each step")
    parser.add_argument("--write", action="store_true", help="write into RESULTS.md")
    asked = parser.parse_args()
    end_politely()
    try:
        insist_on_tools()
        paragraphs = measured(asked.activities, asked.seconds)
    except MeasuringError as error:
        print(error, file=sys.stderr)
        return 1
    print("\n\n".join(paragraphs))
    if asked.write:
        write("overload", paragraphs)
    return 0


def measured(activities: int, seconds: float) -> list[str]:
    """Return the section of RESULTS.md."""
    with tempfile.TemporaryDirectory(prefix="pars-bench-") as name:
        folder = Path(name)
        with serving(folder, **NO_QUOTAS) as server:
            world = asyncio.run(seed(server, Population.of(activities)))
            keys = asyncio.run(_keys(world))
            steps = list(climb(world, seconds))
            knee = knee_of(steps)
            beyond = step(world, requests(world), TIMES * knee.rate, 2 * seconds)
        with serving(folder) as server:
            work = _beside_a_greedy_one(world.at(server), keys, knee, 2 * seconds)
            alone, beside, greedy = run(work)
    rows = [one.row("") for one in steps]
    rows += [knee.row("the knee"), beyond.row(f"{TIMES} times the knee")]
    others = [alone.row("the others before"), beside.row("the others beside it")]
    return [
        _HOW,
        table(HEAD, rows),
        _beyond_in_words(knee, beyond),
        _NEIGHBOURHOOD,
        table(HEAD, [*others, greedy.row("the one itself")]),
        _neighbours_in_words(alone, beside),
    ]


def _beyond_in_words(knee: Step, beyond: Step) -> str:
    refusals = milliseconds(beyond.answers.refused, 0.95)
    return (
        f"At {TIMES} times the knee the server gives {beyond.goodput / knee.goodput:.0%} of the "
        f"good answers that it gives at the knee (target: {LEAST_GOODPUT:.0%}); 95 % of the "
        f"refusals come within {refusals:.0f} ms (target: {MOST_REFUSAL:.0f})."
    )


def _neighbours_in_words(alone: Step, beside: Step) -> str:
    if not alone.answers.good:
        message = f"nobody was answered at {alone.rate:.0f} calls a second"
        raise MeasuringError(message)
    others = beside.p95 / alone.p95
    return f"The others' p95 is {others:.2f} times what it was (target: {MOST_FOR_OTHERS})."


async def _keys(world: World) -> list[str]:
    database = Database(world.server.cluster.url(), pool_size=1)
    try:
        return [
            (await issue_key(database, providers=[str(FIRST_PROVIDER + number)])).key
            for number in range(NEIGHBOURS)
        ]
    finally:
        await database.close()


async def _beside_a_greedy_one(
    world: World, keys: list[str], knee: Step, seconds: float
) -> tuple[Step, Step, Step]:
    """Return what the others saw before and beside the greedy one, and what that one saw."""
    url, population = world.server.url, world.population
    own = [
        requests(world, range(number, population.activities, population.providers), key)
        for number, key in enumerate(keys)
    ]
    others = [request for turn in zip(*own[1:], strict=True) for request in turn]
    share = knee.rate / 2 / NEIGHBOURS
    rate = share * (NEIGHBOURS - 1)
    await offer(url, others, rate, 2)
    alone = Step(rate, seconds, await offer(url, others, rate, seconds))
    beside, greedy = Answers(), Answers()
    await asyncio.gather(
        OpenLoop(url, others, beside.add).run(rate, seconds),
        OpenLoop(url, own[0], greedy.add).run(GREEDY * share, seconds),
    )
    return alone, Step(rate, seconds, beside), Step(GREEDY * share, seconds, greedy)


if __name__ == "__main__":
    sys.exit(main())
