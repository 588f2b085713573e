"""Which records a call may take: some stay as they were pushed, the others are changed."""

from collections.abc import Sequence
from typing import Final

import asyncpg

from bench.world import World

# Of ten records in a row, one stays as it is, and one is PostgreSQL's own: pgbench changes it.
_LOTS: Final = 10
_KEPT, _OF_PGBENCH = 0, 1
# Nobody is through with as many in a round.
_MOST: Final = 200_000

_REOPEN: Final = """
    UPDATE activities SET closed_at = NULL, version = version + 1, updated_at = now()
    WHERE closed_at IS NOT NULL AND activity_id = ANY ($1)
"""
_OPEN: Final = """
    SELECT activity_id, version FROM activities
    WHERE closed_at IS NULL AND activity_id = ANY ($1)
"""


def is_kept(number: int) -> bool:
    """Tell whether a record stays as it was pushed."""
    return number % _LOTS == _KEPT


def _may_be_changed(number: int) -> bool:
    return number % _LOTS not in {_KEPT, _OF_PGBENCH}


def _some(world: World) -> Sequence[int]:
    everything = range(world.population.activities)
    return everything if len(everything) <= _MOST else world.chance.sample(everything, _MOST)


async def ready_records(world: World) -> list[int]:
    """Return the records that can be closed; those that a round has closed are open again."""
    numbers = [
        number
        for number in _some(world)
        if _may_be_changed(number) and world.population.sample_of(number).status == "ready_to_close"
    ]
    world.chance.shuffle(numbers)
    connection = await asyncpg.connect(world.server.database())
    try:
        await connection.execute(_REOPEN, [world.activity_id(number) for number in numbers])
    finally:
        await connection.close()
    return numbers


async def open_records(world: World) -> list[tuple[int, int]]:
    """Return the records that can be changed, with their versions."""
    await ready_records(world)
    numbers = filter(_may_be_changed, _some(world))
    connection = await asyncpg.connect(world.server.database())
    try:
        rows = await connection.fetch(_OPEN, [world.activity_id(number) for number in numbers])
    finally:
        await connection.close()
    found = [(int(row["activity_id"]) - world.first_activity, row["version"]) for row in rows]
    world.chance.shuffle(found)
    return found
