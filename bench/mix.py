"""A day of a system of record, as a mix of calls that can be repeated without an end."""

import orjson

from bench.clients import Call
from bench.open_loop import raw
from bench.samples import Document
from bench.world import World

# Of twenty calls: reads, pages, pushes of what is there already, pushes of something new.
_READS, _PAGES, _UNCHANGED = 12, 2, 2
_TWENTY = 20
_KEPT_ONE_OF = 10
_CALLS = 10_000


def mixed(world: World, numbers: range | None = None, count: int = _CALLS) -> list[Call]:
    """Return calls on these records: 60 % reads, 10 % pages, 10 % unchanged, 20 % changed."""
    among = numbers or range(world.population.activities)
    kept = among[::_KEPT_ONE_OF]
    changed = [
        number
        for number in among
        if number not in kept and world.population.sample_of(number).status != "closed"
    ]
    calls = []
    for position in range(count):
        turn = world.chance.randrange(_TWENTY)
        if turn < _READS:
            calls.append(Call("GET", world.path(world.chance.choice(among))))
        elif turn < _READS + _PAGES:
            path = world.list_path(world.chance.choice(among))
            calls.append(Call("GET", f"{path}?limit=50"))
        elif turn < _READS + _PAGES + _UNCHANGED:
            number = world.chance.choice(kept)
            calls.append(_push(world, number, world.population.document(number)))
        else:
            number = world.chance.choice(changed)
            document = world.population.document(number)
            calls.append(_push(world, number, document | {"title": f"Title {position}"}))
    return calls


def _push(world: World, number: int, document: Document) -> Call:
    key = "/".join(document[name] for name in ("format", "start_date", "internal_id"))
    return Call("PUT", f"{world.list_path(number)}/by-key/{key}", orjson.dumps(document))


def requests(world: World) -> list[bytes]:
    """Return calls on any record as they go over the wire, with the vendor's key."""
    return written(world, mixed(world), world.vendor_key)


def written(world: World, calls: list[Call], key: str) -> list[bytes]:
    """Return calls with this key as they go over the wire."""
    host = world.server.url.removeprefix("http://")
    return [raw(call, host, key) for call in calls]
