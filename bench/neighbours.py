"""Many who ask for a little each, and one beside them who asks for everybody."""

import asyncio
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from typing import Final, NamedTuple

from app.auth.keys import issue_key
from app.core.database import Database
from bench.knee import Step
from bench.mix import requests
from bench.open_loop import Answers, OpenLoop, offer, run
from bench.refuser import refusing
from bench.samples import FIRST_PROVIDER
from bench.world import World

NEIGHBOURS: Final = 20
GREEDY: Final = 50
# An odd number, of which one is the median.
ROUNDS: Final = 5
_CONNECTIONS: Final = 4
_SECONDS_TO_WARM_UP: Final = 3.0
# The calls of the greedy one, in the process that makes them.
_calls: list[bytes] = []


class Neighbourhood(NamedTuple):
    """What the others saw, and what the greedy one did.

    `before` is without it, `elsewhere` while it asks another server that refuses everything
    at once, which takes as much of the machine for the client, and `beside` while it asks
    the one that serves the others.
    """

    before: Step
    elsewhere: Step
    beside: Step
    greedy: Step


async def keys_of(world: World) -> list[str]:
    """Issue a key to each of the neighbours."""
    database = Database(world.server.cluster.url(), pool_size=1)
    try:
        return [
            (await issue_key(database, providers=[str(FIRST_PROVIDER + number)])).key
            for number in range(NEIGHBOURS)
        ]
    finally:
        await database.close()


def neighbours(world: World, keys: list[str], knee: float, seconds: float) -> Neighbourhood:
    """Return what the others see without the greedy one and with it.

    The greedy one is a process of its own, which does not keep the others' from its work.
    """
    population = world.population
    greedy, *others = [
        requests(world, range(number, population.activities, population.providers), key)
        for number, key in enumerate(keys)
    ]
    share = knee / 2 / NEIGHBOURS
    with (
        refusing() as elsewhere,
        ProcessPoolExecutor(
            1, multiprocessing.get_context("spawn"), initializer=_keep, initargs=(greedy,)
        ) as process,
    ):
        process.submit(len, ()).result()
        one = _Greedy(process, GREEDY * share, seconds)
        street = _Others(world.server.url, others, share)
        return run(_in_turns(street, one, elsewhere))


class _Greedy(NamedTuple):
    """The one that asks for everybody."""

    process: ProcessPoolExecutor
    rate: float
    seconds: float

    async def asks(self, url: str) -> Step:
        return await asyncio.get_running_loop().run_in_executor(
            self.process, _ask_for_everybody, url, self.rate, self.seconds
        )


class _Others(NamedTuple):
    """Those that ask for a little each."""

    url: str
    calls: list[list[bytes]]
    share: float

    async def ask(self, seconds: float) -> Step:
        answers = Answers()
        await asyncio.gather(
            *(
                OpenLoop(self.url, calls, answers.add, _CONNECTIONS).run(self.share, seconds, place)
                for place, calls in enumerate(self.calls)
            )
        )
        return Step(self.share * len(self.calls), seconds, answers)


async def _in_turns(others: _Others, one: _Greedy, elsewhere: str) -> Neighbourhood:
    seconds = one.seconds
    await others.ask(_SECONDS_TO_WARM_UP)
    before, away, beside, greedy = [], [], [], []
    for _ in range(ROUNDS):
        before.append(await others.ask(seconds))
        seen, _had = await asyncio.gather(others.ask(seconds), one.asks(elsewhere))
        away.append(seen)
        seen, had = await asyncio.gather(others.ask(seconds), one.asks(others.url))
        beside.append(seen)
        greedy.append(had)
    return Neighbourhood(*map(_median, (before, away, beside, greedy)))


def _keep(calls: list[bytes]) -> None:
    _calls.extend(calls)


def _ask_for_everybody(url: str, rate: float, seconds: float) -> Step:
    return Step(rate, seconds, run(offer(url, _calls, rate, seconds)))


def _median(steps: list[Step]) -> Step:
    return sorted(steps, key=lambda step: step.p95)[len(steps) // 2]
