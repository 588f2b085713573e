"""Many who ask for a little each, and one beside them who asks for everybody."""

import asyncio
from collections.abc import Iterator
from statistics import median
from typing import Final, NamedTuple

from app.auth.operating import issue_key
from app.core.database import Database
from bench.clients import Call, Run, run_wrk
from bench.mix import mixed, written
from bench.open_loop import milliseconds, offer, run
from bench.refuser import refusing
from bench.samples import FIRST_PROVIDER
from bench.world import World

GREEDY: Final = 50
# An odd number, of which one is the median.
ROUNDS: Final = 5
_CALLS: Final = 30_000
# Of its many connections each waits so long between two calls, on the average: longer than
# most answers take, and not so long that the server would close it.
_SECONDS_BETWEEN: Final = 0.3
_SECONDS_TO_WARM_UP: Final = 3.0


class Level(NamedTuple):
    """How many there are, and for which part of the knee they ask before one asks for more."""

    providers: int
    part: float


LEVELS: Final = (Level(1500, 0.7), *(Level(20, part) for part in (0.125, 0.25, 0.5)))


class Neighbourhood(NamedTuple):
    """What the others saw, and what the greedy one had; the medians of the rounds.

    `before` is the others' p95 in milliseconds without it, `elsewhere` while it asks another
    server that refuses everything at once, which takes as much of the machine for the client,
    and `beside` while it asks the one that serves the others. `good` and `refused` are
    the greedy one's answers a second.
    """

    level: Level
    asked: float
    before: float
    elsewhere: float
    beside: float
    good: float
    refused: float


async def keys_of(world: World) -> list[str]:
    """Issue a key to each of the providers."""
    database = Database(world.server.cluster.url(), pool_size=1)
    try:
        return [
            (await issue_key(database, providers=[str(FIRST_PROVIDER + number)])).key
            for number in range(world.population.providers)
        ]
    finally:
        await database.close()


def neighbours(
    world: World, keys: list[str], knee: float, seconds: float
) -> Iterator[Neighbourhood]:
    """Return what the others see without the greedy one and with it, at each level."""
    with refusing() as elsewhere:
        for level in LEVELS:
            if level.providers > len(keys):
                continue
            street = _street(world, keys[: level.providers], level.part * knee, seconds)
            yield run(_in_turns(street, level, elsewhere))


def _street(world: World, keys: list[str], rate: float, seconds: float) -> "_Street":
    population = world.population
    own = [
        mixed(
            world,
            range(number, population.activities, population.providers),
            _CALLS // len(keys) if number else _CALLS,
        )
        for number in range(len(keys))
    ]
    others = [
        call
        for key, calls in zip(keys[1:], own[1:], strict=True)
        for call in written(world, calls, key)
    ]
    world.chance.shuffle(others)
    share = rate / len(keys)
    return _Street(world.server.url, keys[0], own[0], others, share, rate - share, seconds)


class _Street(NamedTuple):
    """The greedy one, with its key and its calls, and the calls of the others."""

    url: str
    key: str
    calls: list[Call]
    others: list[bytes]
    share: float
    asked: float
    seconds: float

    async def others_ask(self, seconds: float) -> float:
        """Return the p95 of the others' good answers."""
        answers = await offer(self.url, self.others, self.asked, seconds)
        return milliseconds(answers.good, 0.95)

    async def one_asks(self, url: str) -> Run:
        """Return what the greedy one saw."""
        rate = GREEDY * self.share
        return await asyncio.to_thread(
            run_wrk,
            url,
            self.calls,
            round(self.seconds),
            key=self.key,
            connections=max(1, round(rate * _SECONDS_BETWEEN)),
            refusals=True,
            pause=_SECONDS_BETWEEN,
        )


async def _in_turns(street: _Street, level: Level, elsewhere: str) -> Neighbourhood:
    await street.others_ask(_SECONDS_TO_WARM_UP)
    before, away, beside, greedy = [], [], [], []
    for _ in range(ROUNDS):
        before.append(await street.others_ask(street.seconds))
        seen, _had = await asyncio.gather(
            street.others_ask(street.seconds), street.one_asks(elsewhere)
        )
        away.append(seen)
        seen, had = await asyncio.gather(
            street.others_ask(street.seconds), street.one_asks(street.url)
        )
        beside.append(seen)
        greedy.append(had)
    return Neighbourhood(
        level,
        street.asked,
        median(before),
        median(away),
        median(beside),
        median((one.requests - one.refused) / one.seconds for one in greedy),
        median(one.refused / one.seconds for one in greedy),
    )
