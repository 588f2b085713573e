"""The calls that are measured: how each is prepared, and what an answer to it looks like."""

import itertools
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import orjson

from bench.clients import Call
from bench.reference.running import as_reference
from bench.samples import SAMPLES, Document, numbered
from bench.stock import is_kept, open_records, ready_records
from bench.world import World

# Nobody is faster than this with calls that can be made only once.
_MOST_A_SECOND: Final = 6000
_SOME: Final = 10_000
_FRESH: Final = itertools.count(1)
_NEW: Final = next(sample.content for sample in SAMPLES if sample.status == "active")


@dataclass(frozen=True, slots=True)
class Prepared:
    """The same calls for the measured server and for the reference application."""

    ours: list[Call]
    reference: list[Call]


@dataclass(frozen=True, slots=True)
class Measured:
    """A kind of call: how it is prepared, what a good answer is, and what is to be reached."""

    title: str
    prepare: Callable[[World, int], Awaitable[Prepared]]
    target: float | None
    status: int = 200
    shows: str = ""
    again: bool = True
    target_of_limit: float | None = None


def _numbers(world: World) -> list[int]:
    return [world.chance.randrange(world.population.activities) for _ in range(_SOME)]


def _same(calls: list[Call]) -> Prepared:
    return Prepared(calls, calls)


async def _get(world: World, _seconds: int) -> Prepared:
    return _same([Call("GET", world.path(number)) for number in _numbers(world)])


async def _summaries(world: World, _seconds: int) -> Prepared:
    # The one list that a usual application has is of whole records.
    paths = [world.list_path(number) for number in _numbers(world)]
    return Prepared(
        [Call("GET", f"{path}?limit=50") for path in paths],
        [Call("GET", f"{path}/full?limit=50") for path in paths],
    )


async def _beside_narrow(world: World, _seconds: int) -> Prepared:
    paths = [world.list_path(number) for number in _numbers(world)]
    return _same([Call("GET", f"{path}?limit=50") for path in paths])


async def _whole_records(world: World, _seconds: int) -> Prepared:
    paths = [world.list_path(number) for number in _numbers(world)]
    return Prepared(
        [Call("GET", f"{path}?limit=50&view=full") for path in paths],
        [Call("GET", f"{path}/full?limit=50") for path in paths],
    )


async def _push_new(world: World, seconds: int) -> Prepared:
    numbers = itertools.islice(_FRESH, seconds * _MOST_A_SECOND)
    return _pushes(world, {number: numbered(_NEW, f"NEW-{number}", number) for number in numbers})


async def _push_unchanged(world: World, _seconds: int) -> Prepared:
    numbers = {number for number in _numbers(world) if is_kept(number)}
    return _pushes(world, {number: world.population.document(number) for number in numbers})


def _pushes(world: World, documents: Mapping[int, Document]) -> Prepared:
    ours, reference = [], []
    for number, document in documents.items():
        key = "/".join(document[name] for name in ("format", "start_date", "internal_id"))
        path = f"{world.list_path(number)}/by-key/{key}"
        ours.append(Call("PUT", path, orjson.dumps(document)))
        reference.append(Call("PUT", path, orjson.dumps(as_reference(document))))
    return Prepared(ours, reference)


async def _change(world: World, _seconds: int) -> Prepared:
    return _same(
        [
            Call(
                "PATCH",
                world.path(number),
                orjson.dumps({"title": f"Another title, the {version}. one"}),
                f'"{version}"',
            )
            for number, version in await open_records(world)
        ]
    )


async def _close(world: World, _seconds: int) -> Prepared:
    numbers = await ready_records(world)
    return _same([Call("POST", f"{world.path(number)}/close") for number in numbers])


CALLS: Final[Mapping[str, Measured]] = MappingProxyType(
    {
        "get": Measured("GET by id", _get, 4, target_of_limit=0.15),
        "summary": Measured("List of 50, summaries", _summaries, 8),
        "narrow": Measured("The same beside a list without children", _beside_narrow, None),
        "full": Measured("List of 50, whole records", _whole_records, 3.5),
        "push": Measured(
            "Push of a new activity", _push_new, 2, status=201, again=False, target_of_limit=0.12
        ),
        "unchanged": Measured(
            "Push of an unchanged one", _push_unchanged, 3, shows='"unchanged":true'
        ),
        "patch": Measured("PATCH", _change, None, shows="Another title", again=False),
        "close": Measured("Close", _close, None, shows='"status":"closed"', again=False),
    }
)
