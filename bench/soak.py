"""`python -m bench.soak`: a long time at 70 % of the knee, and what it does to memory and time."""

import argparse
import asyncio
import os
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Final

from bench.clients import MeasuringError, insist_on_tools
from bench.knee import climb, knee_of
from bench.mix import requests
from bench.open_loop import Answers, OpenLoop, milliseconds, run
from bench.plots import lines
from bench.processes import memories
from bench.results import plot, table, write
from bench.samples import Population
from bench.seeding import seed
from bench.serving import NO_QUOTAS, end_politely, serving
from bench.world import World

OF_THE_KNEE: Final = 0.7
LOOK_EVERY: Final = 10.0
_PARTS: Final = 4

Point = tuple[float, float]


@dataclass(slots=True)
class Course:
    """How a soak went: at each moment the memory of the processes, and times in between."""

    moments: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)
    p95: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    memory: dict[str, list[float]] = field(default_factory=dict)
    good: int = 0
    not_good: int = 0

    def add(self, moment: float, answers: Answers, used: dict[str, float]) -> None:
        """Add what was seen since the last moment."""
        self.moments.append(moment / 60)
        for part, times in ((0.5, self.p50), (0.95, self.p95), (0.99, self.p99)):
            times.append(milliseconds(answers.good, part))
        for name, megabytes in used.items():
            self.memory.setdefault(name, []).append(megabytes)
        self.good += len(answers.good)
        self.not_good += len(answers.refused) + answers.lost

    def times(self) -> dict[str, list[float]]:
        """Return how long answers took, by name."""
        return {"p50": self.p50, "p95": self.p95, "p99": self.p99}

    def over_time(self, values: dict[str, list[float]]) -> list[tuple[str, list[Point]]]:
        """Return values as lines to be drawn."""
        return [(name, list(zip(self.moments, seen, strict=True))) for name, seen in values.items()]


def main() -> int:
    """Soak the server and write down how it went."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--activities", type=int, default=200_000)
    parser.add_argument(
        "--minutes", type=float, default=float(os.environ.get("SOAK_MINUTES", "20"))
    )
    parser.add_argument("--write", action="store_true", help="write into RESULTS.md")
    asked = parser.parse_args()
    end_politely()
    try:
        insist_on_tools()
        rate, course = soaked(asked.activities, asked.minutes)
    except MeasuringError as error:
        print(error, file=sys.stderr)
        return 1
    print(_in_words(rate, course), _table(course), sep="\n\n")
    if asked.write:
        write("soak", _paragraphs(rate, course))
    return 0


def soaked(activities: int, minutes: float) -> tuple[float, Course]:
    """Find the knee and stay below it; return the rate, and how it went."""
    with (
        tempfile.TemporaryDirectory(prefix="pars-bench-") as name,
        serving(Path(name), **NO_QUOTAS) as server,
    ):
        world = asyncio.run(seed(server, Population.of(activities)))
        rate = OF_THE_KNEE * knee_of(list(climb(world, 5))).rate
        return rate, run(_soak(world, rate, minutes * 60))


def _in_words(rate: float, course: Course) -> str:
    return (
        f"`make bench-soak`: {course.moments[-1]:.0f} minutes (SOAK_MINUTES) at "
        f"{OF_THE_KNEE:.0%} of the knee, which is {rate:,.0f} calls a second: 60 % reads, 10 % "
        "pages of 50, 10 % unchanged pushes, 20 % changed ones. "
        f"{course.good:,} good answers, {course.not_good:,} others. Medians of each quarter:"
    )


def _table(course: Course) -> str:
    times = [(f"{name}, ms", *_quarters(values, 1)) for name, values in course.times().items()]
    used = [(f"{name}, MB", *_quarters(values, 0)) for name, values in course.memory.items()]
    return table(("", *(f"quarter {part + 1}" for part in range(_PARTS))), [*times, *used])


def _paragraphs(rate: float, course: Course) -> list[str]:
    times, used = course.over_time(course.times()), course.over_time(course.memory)
    return [
        _in_words(rate, course),
        _table(course),
        plot("soak-memory", "Memory over time", lines("Memory, MB", "minutes", used)),
        plot("soak-times", "Times over time", lines("Answers, ms", "minutes", times)),
    ]


def _quarters(values: list[float], digits: int) -> list[str]:
    size = max(1, len(values) // _PARTS)
    parts = [values[part * size : (part + 1) * size] or values[-1:] for part in range(_PARTS)]
    return [f"{median(part):,.{digits}f}" for part in parts]


async def _soak(world: World, rate: float, seconds: float) -> Course:
    course, answers, server = Course(), Answers(), world.server
    clock = asyncio.get_running_loop().time
    began = clock()

    async def look() -> None:
        nonlocal answers
        while True:
            await asyncio.sleep(LOOK_EVERY)
            used = await asyncio.to_thread(memories, server.process_id, server.postmaster)
            seen, answers = answers, Answers()
            course.add(clock() - began, seen, used)

    def seen_by_now(status: int, taken: float) -> None:
        answers.add(status, taken)

    loop = OpenLoop(server.url, requests(world), seen_by_now)
    looking = asyncio.create_task(look())
    await loop.run(rate, seconds)
    looking.cancel()
    return course


if __name__ == "__main__":
    sys.exit(main())
