"""Requests that no route takes: which path or which method would have been right."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from fastapi.routing import RouteContext, iter_route_contexts
from starlette.requests import Request

from app.core.errors import ProblemError, declare

PATH_UNKNOWN = declare(
    "path.unknown",
    404,
    "There is no such path",
    "Compare the path with the paths of /openapi.json; `did_you_mean` names the nearest.",
)
METHOD_NOT_ALLOWED = declare(
    "method.not_allowed",
    405,
    "The path does not take this method",
    "Use one of the methods in the Allow header.",
)

# What is longer is no mistyped path, and comparing takes long.
_LONGEST_COMPARED: Final = 200
_NEAR: Final = 0.8


def unknown_path(request: Request) -> ProblemError:
    """Return the 404 of a path that no route has, with the nearest that one has."""
    path: str = request.scope["path"]
    near = _nearest_path(request, path)
    detail = "No such path is served here."
    if near:
        detail = f"{detail} The nearest is {near[0]}."
    return ProblemError(PATH_UNKNOWN, detail, members={"did_you_mean": near})


def method_not_allowed(request: Request) -> ProblemError:
    """Return the 405 of a path that is served, but not by this method."""
    path = request.scope["path"]
    matching = [route for route in _routes(request) if route.path_regex.match(path)]
    # `/contacts/{contact_id}` also matches `/contacts/roles`, which is a path of its own.
    fewest = min(_identifiers_in(route) for route in matching)
    methods = sorted(
        {
            method
            for route in matching
            if _identifiers_in(route) == fewest
            for method in route.methods or ()
        }
    )
    allowed = ", ".join(methods)
    detail = f"This path takes {allowed}."
    return ProblemError(METHOD_NOT_ALLOWED, detail, headers={"Allow": allowed})


def _nearest_path(request: Request, path: str) -> list[str]:
    if len(path) > _LONGEST_COMPARED:
        return []
    segments = path.rstrip("/").split("/")
    candidates = {
        "/".join(
            sent if known.startswith("{") else known
            for sent, known in zip(segments, template, strict=True)
        )
        for template in (str(route.path_format).split("/") for route in _routes(request))
        if len(template) == len(segments)
    }
    return get_close_matches(path, sorted(candidates), 1, _NEAR)


def _identifiers_in(route: RouteContext) -> int:
    return str(route.path_format).count("{")


def _routes(request: Request) -> Iterator[RouteContext]:
    routes = iter_route_contexts(request.app.routes)
    return (route for route in routes if route.path_format is not None)
