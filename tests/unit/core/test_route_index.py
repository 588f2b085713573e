"""The way to a route leads to the one that FastAPI finds by looking at all of them."""

from copy import copy
from itertools import product
from typing import Any, Final

import pytest
from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.routing import Match, Route
from starlette.types import ASGIApp

from app.core.route_index import RouteIndex
from app.routers import ROUTERS

_PARTS: Final = ("by-key", "roles", "completions", "a b/c", "")


def _noting(route: Route, served: list[Route]) -> Route:
    async def app(*_: Any) -> None:
        served.append(route)

    noting = copy(route)
    noting.app = app
    return noting


SERVED: Final[list[Route]] = []
ROUTES: Final = [
    _noting(route, SERVED)
    for router in ROUTERS
    for route in router.routes
    if isinstance(route, Route)
]


async def _served(app: ASGIApp, method: str, path: str) -> list[Route] | str:
    async def unused(*_: Any) -> Any:
        raise AssertionError

    SERVED.clear()
    scope = {"type": "http", "method": method, "path": path, "headers": [], "app": app}
    try:
        await app(scope, unused, unused)
    except HTTPException as error:
        return f"{error.status_code} {error.headers}"
    return [*SERVED]


@pytest.fixture(scope="module")
def router() -> APIRouter:
    router = APIRouter(redirect_slashes=False)
    router.routes += ROUTES
    return router


def _paths() -> set[str]:
    """Return paths of every route, with parts in them that other routes have by name."""
    paths = {"/", "", "//", "/v1/nothing", "/v1/" + "a/" * 30}
    for route in ROUTES:
        named = len(route.param_convertors)
        for parts in product(_PARTS, repeat=min(named, 2)):
            values = dict.fromkeys(route.param_convertors, "1")
            values |= dict(zip(reversed(route.param_convertors), parts, strict=False))
            paths.add(route.path_format.format(**values))
    return paths | {f"{path}/" for path in paths}


async def test_every_path_is_served_by_the_first_route_that_takes_it(router: APIRouter) -> None:
    index = RouteIndex(router)
    found = 0
    for method, path in product(("GET", "PUT"), _paths()):
        scope = {"type": "http", "method": method, "path": path}
        first = [route for route in ROUTES if route.matches(scope)[0] is Match.FULL][:1]
        served = await _served(index, method, path)
        if first:
            found += 1
            assert isinstance(served, list)
            assert [route.path for route in served] == [route.path for route in first], path
        else:
            assert served == await _served(router, method, path), path
    assert found > len(ROUTES)


async def test_a_route_that_came_later_is_found(router: APIRouter) -> None:
    index = RouteIndex(router)
    later: list[Route] = []

    async def endpoint(_request: Any) -> None: ...

    router.routes.append(_noting(Route("/v1/later", endpoint), later))
    assert await _served(index, "GET", "/v1/later") == []
    assert [route.path for route in later] == ["/v1/later"]
