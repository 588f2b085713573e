"""`python -m bench.growth`: the same questions of 200,000 records and of ten times as many."""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Final

import asyncpg

from app.cli.schema import upgrade_schema
from bench.calls import CALLS
from bench.clients import Call, MeasuringError, insist_on_tools, run_wrk
from bench.plots import bars
from bench.processes import memories, spent
from bench.questions import questions
from bench.results import plot, table, write
from bench.samples import Population
from bench.seeding import seed
from bench.serving import NO_QUOTAS, Server, end_politely, serving
from bench.world import World

TIMES: Final = 10
MOST: Final = 1.5
_HOW: Final = (
    "`make bench-growth`: two servers that take turns, the second with ten times the records of "
    "as many providers, so that each provider has ten times as many. One caller, the whole time "
    f"of a call. Target: at most {MOST} times."
)
# The kernel counts CPU in hundredths of a second: what takes less is not nothing.
_LEAST_CPU: Final = 0.01
_WRITES: Final = ("push", "unchanged", "patch", "close")


@dataclass(frozen=True, slots=True)
class Cost:
    """What an answer took: milliseconds until it was there, and milliseconds of CPU.

    An answer may be that the server cannot do it in its time.
    """

    time: float
    cpu: float
    refused: bool


@dataclass(frozen=True, slots=True)
class Line:
    """What a question cost, of few records and of many, round by round."""

    title: str
    few: list[Cost] = field(default_factory=list)
    many: list[Cost] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """How many times as long it takes of many; compared within each round."""
        return median(many.time / few.time for few, many in self._rounds())

    @property
    def cpu_ratio(self) -> float:
        """How many times as much CPU it takes of many, which a busy machine disturbs less."""
        return median(many.cpu / few.cpu for few, many in self._rounds())

    @property
    def missed(self) -> bool:
        """Whether it takes too long of many."""
        return self.ratio > MOST

    def times(self) -> tuple[float, float]:
        """Return the medians of the times."""
        return median(cost.time for cost in self.few), median(cost.time for cost in self.many)

    def row(self) -> list[str]:
        """Return the line of the table."""
        few, many = self.times()
        numbers = (few, many, self.ratio, self.cpu_ratio)
        refused = any(cost.refused for cost in (*self.few, *self.many))
        mark = "refused" if refused else "missed" * self.missed
        return [self.title, *(f"{number:.2f}" for number in numbers), mark]

    def _rounds(self) -> Iterator[tuple[Cost, Cost]]:
        return zip(self.few, self.many, strict=True)


@dataclass(frozen=True, slots=True)
class House:
    """What keeping the house takes."""

    title: str
    few: str
    many: str


def main() -> int:
    """Ask both servers everything in turn."""
    parser = argparse.ArgumentParser(prog="python -m bench.growth", description=__doc__)
    parser.add_argument("--activities", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="", help="questions whose title contains this")
    parser.add_argument("--write", action="store_true", help="write into RESULTS.md")
    asked = parser.parse_args()
    end_politely()
    try:
        insist_on_tools()
        found, house = grown(Population.of(asked.activities), asked.rounds, asked.only)
    except MeasuringError as error:
        print(error, file=sys.stderr)
        return 1
    print(_table(found, asked.activities), _household(house, asked.activities), sep="\n\n")
    if asked.write:
        write("growth", _paragraphs(found, house, asked.activities))
    return 0


def grown(few: Population, rounds: int, only: str) -> tuple[list[Line], list[House]]:
    """Fill two servers, the second with ten times the records of as many providers, and ask."""
    many = Population(TIMES * few.activities, few.providers)
    with ExitStack() as until_the_end:
        names = ("few", "many")
        folder = Path(
            until_the_end.enter_context(tempfile.TemporaryDirectory(prefix="pars-bench-"))
        )
        folders = [folder / name for name in names]
        for one in folders:
            one.mkdir()
        worlds, firsts = [], []
        for one, population in zip(folders, (few, many), strict=True):
            with serving(one, **NO_QUOTAS) as server:
                worlds.append(asyncio.run(seed(server, population)))
                firsts.append(server.seconds_to_start)
        servers = [until_the_end.enter_context(serving(one, **NO_QUOTAS)) for one in folders]
        again = [world.at(server) for world, server in zip(worlds, servers, strict=True)]
        lines = asyncio.run(_ask(again[0], again[1], rounds, only))
        return lines, list(_house(servers, firsts))


def _house(servers: list[Server], firsts: list[float]) -> list[House]:
    used = [memories(server.process_id, server.postmaster) for server in servers]
    migrated = asyncio.run(_seconds_to_migrate(servers[0]))
    return [
        House("first start: database, migrations, demo", *(f"{one:.1f} s" for one in firsts)),
        House("start", *(f"{server.seconds_to_start:.1f} s" for server in servers)),
        House("all migrations, alone", f"{migrated:.1f} s", ""),
        *(House(name, *(f"{one.get(name, 0):.0f} MB" for one in used)) for name in used[0]),
    ]


async def _seconds_to_migrate(server: Server) -> float:
    connection = await asyncpg.connect(server.database())
    try:
        await connection.execute("CREATE DATABASE migrated OWNER pars_owner")
    finally:
        await connection.close()
    began = time.monotonic()
    await asyncio.to_thread(upgrade_schema, server.cluster.url("migrated"))
    return time.monotonic() - began


async def _ask(few: World, many: World, rounds: int, only: str) -> list[Line]:
    lines = []
    for of_few, of_many in zip(questions(few), questions(many), strict=True):
        if only not in of_few.title:
            continue
        line = Line(of_few.title)
        for number in range(rounds + 1):
            costs = _cost(few, of_few.calls, of_few.key), _cost(many, of_many.calls, of_many.key)
            if number:  # The first time warms up.
                line.few.append(costs[0])
                line.many.append(costs[1])
        print(" | ".join(line.row()), file=sys.stderr)
        lines.append(line)
    for name in _WRITES:
        if only not in CALLS[name].title:
            continue
        line = Line(CALLS[name].title)
        for _ in range(rounds):
            line.few.append(await _cost_of_a_write(few, name))
            line.many.append(await _cost_of_a_write(many, name))
        lines.append(line)
    return lines


async def _cost_of_a_write(world: World, name: str) -> Cost:
    prepared = await CALLS[name].prepare(world, 1)
    return _cost(world, prepared.ours, world.vendor_key, again=CALLS[name].again)


def _cost(world: World, calls: list[Call], key: str | None, *, again: bool = True) -> Cost:
    """Ask one after another for a second, or for longer where that is too short for one."""
    server = world.server
    for seconds in (1, 5, 30):
        before = spent(server.process_id, server.postmaster)
        run = run_wrk(
            server.url, calls, seconds, key=key, again=again, connections=1, refusals=True
        )
        used = sum(spent(server.process_id, server.postmaster).since(before))
        if run.requests > 1:
            cpu = max(1000 * used / run.requests, _LEAST_CPU)
            return Cost(1000 / run.rate, cpu, refused=run.refused > 0)
    message = f"{calls[0].path} takes longer than half a minute"
    raise MeasuringError(message)


def _table(lines: list[Line], activities: int) -> str:
    sizes = (f"{activities:,}: ms", f"{TIMES * activities:,}: ms")
    head = ("Question", *sizes, "ratio", "CPU ratio", "")
    return table(head, [line.row() for line in lines])


def _household(house: list[House], activities: int) -> str:
    head = ("", f"{activities:,}", f"{TIMES * activities:,}")
    return table(head, [(one.title, one.few, one.many) for one in house])


def _paragraphs(lines: list[Line], house: list[House], activities: int) -> list[str]:
    missed = [line.title for line in lines if line.missed]
    drawing = bars(
        "Milliseconds for an answer",
        (f"{activities:,} activities", f"{TIMES * activities:,} activities"),
        [(line.title, line.times(), f"{line.ratio:.2f} x") for line in lines],
    )
    return [
        _HOW,
        _table(lines, activities),
        f"Missed: {', '.join(missed)}." if missed else "Every line is within the target.",
        plot("growth", "Milliseconds for an answer at both sizes", drawing),
        _household(house, activities),
    ]


if __name__ == "__main__":
    sys.exit(main())
