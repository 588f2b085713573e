"""Everything that is read in pages or searched, as calls that answer the same at any size."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import httpx

from bench.clients import Call
from bench.world import World

# So few rows that there are as many of them among a provider's 133 as among its 1,333.
_FEW: Final = 10
_FEWER: Final = 5
_PAGE: Final = 50
_LONG_PAGE: Final = 200
_PROVIDERS: Final = 5
_FULL: Final = 2

FILTERS: Final = (
    *("status=draft", "status=active", "status=ready_to_close", "status=closed"),
    *("format=enduring_material", "moc_board=ABA", "missing=activity.credits"),
    *("start_from=2024-03-01", "start_to=2024-03-31", "end_from=2025-01-01", "end_to=2025-08-15"),
    *("year=2025", "q=sepsis", "warning=learners.none"),
)
SORTS: Final = ("title", "start_date", "-end_date", "internal_id", "created_at")


@dataclass(frozen=True, slots=True)
class Question:
    """A way of reading, asked of several providers in turn."""

    title: str
    calls: list[Call]
    key: str | None


def questions(world: World) -> Iterator[Question]:
    """Return every way of reading; cursors are found by walking through the lists."""
    chosen = [world.chance.randrange(world.population.providers) for _ in range(_PROVIDERS)]
    lists = [world.list_path(number) for number in chosen]
    yield Question("GET by id", [Call("GET", world.path(number)) for number in chosen], _key(world))
    for view in ("summary", "full"):
        first = [f"{path}?limit={{}}&view={view}" for path in lists]
        for place, paths in _places(world, first).items():
            yield _asked(f"list, {view}, {place} page", paths, _key(world))
    for sort in SORTS:
        first = [f"{path}?limit={{}}&sort={sort}" for path in lists]
        yield _asked(f"sort={sort}, middle page", _places(world, first)["middle"], _key(world))
    for asked in FILTERS:
        yield _asked(asked, [f"{path}?limit={_FEW}&{asked}" for path in lists], _key(world))
    warned = [f"{path}?limit={_FEWER}&warning=series.few_credits" for path in lists]
    yield _asked("warning=series.few_credits", warned, _key(world))
    rare = [
        f"{world.list_path(number)}?q={world.population.document(number)['internal_id']}"
        for number in chosen
    ]
    yield _asked("q=, one record", rare, _key(world))
    yield _asked(
        "internal_id=", [path.replace("?q=", "?internal_id=") for path in rare], _key(world)
    )
    yield from _across(world)


def _across(world: World) -> Iterator[Question]:
    for place, paths in _places(world, ["/v1/activities?limit={}"], _LONG_PAGE).items():
        yield _asked(f"accreditor's list, {place} page", paths, world.accreditor_key)
    for asked in ("status=draft", "year=2025", "format=enduring_material"):
        path = f"/v1/activities?limit={_PAGE}&{asked}"
        yield _asked(f"accreditor's list, {asked}", [path], world.accreditor_key)
    for name, path in (("catalog", "/v1/catalog/activities"), ("directory", "/v1/directory")):
        for place, paths in _places(world, [f"{path}?limit={{}}"], _LONG_PAGE).items():
            yield _asked(f"{name}, {place} page", paths, None)
    for found, asked in (("diabetes", "q=diabetes"), ("nothing", "q=no+such+course")):
        path = f"/v1/catalog/activities?limit={_FEW}&{asked}"
        yield _asked(f"catalog, q= finds {found}", [path], None)
    yield _asked("directory, q=hospital 77", ["/v1/directory?limit=1&q=hospital%2077"], None)


def _places(world: World, lists: list[str], step: int = _PAGE) -> dict[str, list[str]]:
    """Return the first, the middle and the last page of each list, found by walking through."""
    found: dict[str, list[str]] = {"first": [], "middle": [], "last": []}
    for path in lists:
        page = path.format(_PAGE)
        # A cursor is a place between two rows: it holds for pages of any length and view.
        walked = path.replace("&view=full", "").format(step)
        pages = [page, *(f"{page}&cursor={cursor}" for cursor in _cursors(world, walked))]
        found["first"].append(page)
        found["middle"].append(pages[len(pages) // 2])
        # The page before the very last one is as full as all the others.
        found["last"].append(pages[-2 if len(pages) > _FULL else -1])
    return found


def _cursors(world: World, path: str) -> Iterator[str]:
    key = world.accreditor_key if path.startswith("/v1/activities") else world.vendor_key
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=world.server.url, headers=headers, timeout=60) as client:
        answer: dict[str, Any] = client.get(path).raise_for_status().json()
        while cursor := answer["page"]["next_cursor"]:
            yield cursor
            answer = client.get(f"{path}&cursor={cursor}").raise_for_status().json()


def _asked(title: str, paths: list[str], key: str | None) -> Question:
    return Question(title, [Call("GET", path) for path in paths], key)


def _key(world: World) -> str:
    return world.vendor_key
