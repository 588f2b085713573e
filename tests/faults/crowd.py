"""Everybody who reports at the same time, each with habits of its own."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from itertools import islice
from typing import Any, Final

from tests.builders import Document
from tests.faults.reporters import Desk, Reporter, new_names
from tests.faults.sending import Wire

RECORDS_IN_A_BATCH: Final = 100
_SHARED: Final = 4
_numbers = iter(range(1, 1_000_000))

Habit = Callable[[Reporter, Iterator[str], list[Document]], Awaitable[Any]]


async def enter(reporter: Reporter, names: Iterator[str], shared: list[Document]) -> None:
    """Enter a new record."""
    del shared
    await reporter.create(next(names))


async def push(reporter: Reporter, names: Iterator[str], shared: list[Document]) -> None:
    """Push a record and change it twice, as a system does that knows only its own key."""
    del shared
    name = next(names)
    for _ in range(3):
        await reporter.push(name)


async def batch(reporter: Reporter, names: Iterator[str], shared: list[Document]) -> None:
    """Enter many records in one call."""
    del shared
    await reporter.batch(list(islice(names, RECORDS_IN_A_BATCH)))


async def edit(reporter: Reporter, names: Iterator[str], shared: list[Document]) -> None:
    """Change a record that others change and close, too."""
    del names
    found = await reporter.read(random.choice(shared)["activity_id"])  # noqa: S311
    if found is not None:
        await reporter.edit(found)


async def close(reporter: Reporter, names: Iterator[str], shared: list[Document]) -> None:
    """Close a record that others change, and reopen it."""
    del names
    found = random.choice(shared)  # noqa: S311
    await reporter.close(found)
    await reporter.reopen(found)


HABITS: Final[tuple[Habit, ...]] = (enter, push, batch, edit, close, edit, push, batch)


@asynccontextmanager
async def reporting(desk: Desk, host: str, port: int, clients: int) -> AsyncIterator[Reporter]:
    """Let clients of every habit report until the block ends, and then finish what they began.

    Yields one more reporter, for what the block itself wants to send.
    """
    stop = asyncio.Event()
    wires = [Wire(host, port) for _ in range(1 + clients)]
    mine, *others = (Reporter(desk, wire) for wire in wires)
    shared = await _shared_records(mine)
    crowd = [
        asyncio.create_task(_report(one, habit, shared, stop))
        for one, habit in zip(others, _again_and_again(HABITS), strict=False)
    ]
    try:
        yield mine
    finally:
        stop.set()
        await asyncio.gather(*crowd)
        for wire in wires:
            wire.close()


async def _report(
    reporter: Reporter, habit: Habit, shared: list[Document], stop: asyncio.Event
) -> None:
    names = new_names(f"R{next(_numbers)}")
    while not stop.is_set():
        await habit(reporter, names, shared)


async def _shared_records(reporter: Reporter) -> list[Document]:
    names = new_names(f"S{next(_numbers)}")
    made = [await reporter.create(next(names)) for _ in range(_SHARED)]
    return [answer.document for answer in made if answer is not None]


def _again_and_again(habits: tuple[Habit, ...]) -> Iterator[Habit]:
    while True:
        yield from habits
