"""Many who ask for a little each, and one beside them who asks for everybody."""

import asyncio
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from typing import Final

from app.auth.keys import issue_key
from app.core.database import Database
from bench.knee import Step
from bench.mix import requests
from bench.open_loop import Answers, OpenLoop, offer, run
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


def neighbours(
    world: World, keys: list[str], knee: float, seconds: float
) -> tuple[Step, Step, Step]:
    """Return what the others saw before and beside the greedy one, and what that one saw.

    The greedy one is a process of its own, which does not keep the others' from its work.
    """
    population = world.population
    greedy, *others = [
        requests(world, range(number, population.activities, population.providers), key)
        for number, key in enumerate(keys)
    ]
    with ProcessPoolExecutor(
        1, multiprocessing.get_context("spawn"), initializer=_keep, initargs=(greedy,)
    ) as process:
        process.submit(len, ()).result()
        return run(_in_turns(world.server.url, others, process, knee / 2 / NEIGHBOURS, seconds))


async def _in_turns(
    url: str, others: list[list[bytes]], process: ProcessPoolExecutor, share: float, seconds: float
) -> tuple[Step, Step, Step]:
    before, beside, greedy = [], [], []
    await _others(url, others, share, _SECONDS_TO_WARM_UP)
    for _ in range(ROUNDS):
        before.append(await _others(url, others, share, seconds))
        work = asyncio.get_running_loop().run_in_executor(
            process, _ask_for_everybody, url, GREEDY * share, seconds
        )
        beside.append(await _others(url, others, share, seconds))
        greedy.append(await work)
    return _median(before), _median(beside), _median(greedy)


async def _others(url: str, others: list[list[bytes]], share: float, seconds: float) -> Step:
    answers = Answers()
    await asyncio.gather(
        *(
            OpenLoop(url, calls, answers.add, _CONNECTIONS).run(share, seconds, seed)
            for seed, calls in enumerate(others)
        )
    )
    return Step(share * len(others), seconds, answers)


def _keep(calls: list[bytes]) -> None:
    _calls.extend(calls)


def _ask_for_everybody(url: str, rate: float, seconds: float) -> Step:
    return Step(rate, seconds, run(offer(url, _calls, rate, seconds)))


def _median(steps: list[Step]) -> Step:
    return sorted(steps, key=lambda step: step.p95)[len(steps) // 2]
