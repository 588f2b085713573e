"""The routes of an application, found by method and length of path.

FastAPI compares the path of a request with one route after the other. Most of them have
another method, or paths of another length, and are left out here; the first of the rest
that matches is the first of all. FastAPI serves it as if it were the only one, and what
none of them takes as it always does.
"""

from collections import defaultdict
from collections.abc import Iterator
from copy import copy
from re import Pattern
from typing import Final

from fastapi import APIRouter
from starlette.convertors import PathConvertor
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

# A path whose last part has slashes of its own is looked for up to this length.
_LONGEST: Final = 16


class RouteIndex:
    """A router, with a way to each of its routes."""

    def __init__(self, router: APIRouter) -> None:
        self._router = router
        self._alone: dict[tuple[str, int], list[tuple[Pattern[str], APIRouter]]] = defaultdict(list)
        for route in router.routes:
            if isinstance(route, Route):
                alone = _alone(router, route)
                for method in route.methods or ():
                    for slashes in _slashes(route):
                        self._alone[method, slashes].append((route.path_regex, alone))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request by the route that takes it."""
        await self._router_of(scope).app(scope, receive, send)

    def _router_of(self, scope: Scope) -> APIRouter:
        if scope["type"] == "http" and not scope.get("root_path"):
            path: str = scope["path"]
            for pattern, alone in self._alone.get((scope["method"], path.count("/")), ()):
                if pattern.match(path):
                    return alone
        return self._router


def _alone(router: APIRouter, route: BaseRoute) -> APIRouter:
    alone = copy(router)
    alone.routes = [route]
    return alone


def _slashes(route: Route) -> Iterator[int]:
    """Return how many slashes a path may have that the route takes."""
    least = route.path.count("/")
    takes_more = any(isinstance(one, PathConvertor) for one in route.param_convertors.values())
    yield from range(least, _LONGEST if takes_more else least + 1)
