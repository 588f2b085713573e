"""Routes as FastAPI declares them, served with less work for each request.

FastAPI looks for a route twice in each router that includes it, and works out for every
request anew what an endpoint's signature wants. Here all routes stand in one list, and an
endpoint that returns a Response is called after a plan that was made once, when the
application was put together. Parameters are still read by FastAPI itself.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from inspect import signature
from typing import Any, Final

from fastapi import APIRouter, FastAPI
from fastapi._compat import ModelField, field_annotation_is_sequence
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import request_params_to_args
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.asyncexitstack import AsyncExitStackMiddleware
from fastapi.params import Path, Query
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.core.middleware import Frame
from app.core.parameters import known_parameters
from app.core.route_index import RouteIndex
from app.core.stopping import Stopping

_NO_QUERY: Final = QueryParams()
_UNCHANGING: Final = (str, int, float, bool, frozenset, type(None))


def serve_routes(application: FastAPI, routers: Iterable[APIRouter]) -> None:
    """Let the application serve the routes of these routers, in this order, in the frame.

    The frame answers every error, so that nothing else has to stand around the routes.
    """
    for router in routers:
        for route in router.routes:
            served = _served(route) if isinstance(route, APIRoute) else route
            application.router.routes.append(served)
    application.state.stopping = Stopping()
    routes = RouteIndex(application.router)
    application.middleware_stack = Frame(routes, application.state.stopping)


def _served(route: APIRoute) -> APIRoute:
    # The routers belong to every application of this process, the copy to this one.
    served = copy(route)
    planned = _plan(route.dependant) if _returns_response(route) else None
    served.app = _as_fastapi_does(route.app) if planned is None else _by_plan(planned)
    return served


def _returns_response(route: APIRoute) -> bool:
    returned = signature(route.endpoint).return_annotation
    return isinstance(returned, type) and issubclass(returned, Response)


def _as_fastapi_does(app: ASGIApp) -> ASGIApp:
    app = AsyncExitStackMiddleware(app)

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        await known_parameters(Request(scope))
        await app(scope, receive, send)

    return serve


def _by_plan(plan: "_Plan") -> ASGIApp:
    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        await known_parameters(request)
        values, errors = await plan.values(request, {})
        if errors:
            raise RequestValidationError(errors)
        response: Response = await plan.call(**values)
        await response(scope, receive, send)

    return serve


@dataclass(frozen=True, slots=True)
class _Part:
    """Something that a plan gives to its call by name, from a plan of its own."""

    name: str | None
    plan: "_Plan"


@dataclass(frozen=True, slots=True)
class _Parameters:
    """The parameters of one place, such as the query, and what absent ones are.

    A `plain` parameter is one value in the URL, which its field reads as it stands.
    """

    place: Callable[[Request], Mapping[str, Any]]
    plain: Sequence[tuple[str, tuple[str, str], ModelField]]
    others: Sequence[ModelField]
    defaults: Mapping[str, Any]

    def values(self, request: Request) -> tuple[dict[str, Any], list[Any]]:
        """Return the parameters by name, and what is wrong with others."""
        received = self.place(request)
        values = dict(self.defaults)
        errors: list[Any] = []
        for alias, location, field in self.plain:
            if alias in received:
                values[field.name], wrong = field.validate(received[alias], loc=location)
                errors += wrong
        if self.others:
            read, wrong = request_params_to_args(self.others, received)
            values.update(read)
            errors += wrong
        return values, errors


@dataclass(frozen=True, slots=True)
class _Plan:
    """What has to be known before something is called, in the order of FastAPI."""

    call: Callable[..., Awaitable[Any]]
    parts: tuple[_Part, ...]
    request_name: str | None
    parameters: tuple[_Parameters, ...]

    async def values(
        self, request: Request, known: dict[Any, Any]
    ) -> tuple[dict[str, Any], list[Any]]:
        """Return the arguments of the call, and what is wrong with the request.

        `known` holds what was called already for this request; nothing is called twice.
        """
        values: dict[str, Any] = {}
        errors: list[Any] = []
        for part in self.parts:
            call = part.plan.call
            if call not in known:
                arguments, wrong = await part.plan.values(request, known)
                if wrong:
                    errors += wrong
                    continue
                known[call] = await call(**arguments)
            if part.name is not None:
                values[part.name] = known[call]
        for parameters in self.parameters:
            read, wrong = parameters.values(request)
            values.update(read)
            errors += wrong
        if self.request_name is not None:
            values[self.request_name] = request
        return values, errors


def _plan(dependant: Dependant) -> _Plan | None:
    """Return the plan of a call, or None where only FastAPI knows how to make it."""
    parts = [_Part(part.name, plan) for part in dependant.dependencies if (plan := _plan(part))]
    special = (
        dependant.body_params,
        dependant.websocket_param_name,
        dependant.http_connection_param_name,
        dependant.response_param_name,
        dependant.background_tasks_param_name,
        dependant.security_scopes_param_name,
        dependant.concurrency,
    )
    call = dependant.call
    understood = len(parts) == len(dependant.dependencies) and not any(special)
    if call is None or not understood or not _is_waited_for(call):
        return None
    places = (
        (_path, dependant.path_params),
        (_query, dependant.query_params),
        (_headers, dependant.header_params),
        (_cookies, dependant.cookie_params),
    )
    return _Plan(
        call=call,
        parts=tuple(parts),
        request_name=dependant.request_param_name,
        parameters=tuple(_parameters(place, fields) for place, fields in places if fields),
    )


def _parameters(
    place: Callable[[Request], Mapping[str, Any]], fields: Sequence[ModelField]
) -> _Parameters:
    plain = [field for field in fields if _is_plain(field)]
    return _Parameters(
        place,
        [(field.alias, (_place_of(field), field.alias), field) for field in plain],
        [field for field in fields if field not in plain],
        {field.name: field.default for field in plain},
    )


def _is_plain(field: ModelField) -> bool:
    """Tell whether a parameter is one value in the URL with a default that never changes.

    Nothing in the path can be absent; what must be in the query is left to FastAPI.
    """
    if isinstance(field.field_info, Path):
        return True
    annotation = field.field_info.annotation
    return (
        isinstance(field.field_info, Query)
        and not field.field_info.is_required()
        and isinstance(field.default, _UNCHANGING)
        and not field_annotation_is_sequence(annotation)
        and not (isinstance(annotation, type) and issubclass(annotation, BaseModel))
    )


def _place_of(field: ModelField) -> str:
    return "path" if isinstance(field.field_info, Path) else "query"


def _is_waited_for(call: Callable[..., Any]) -> bool:
    return asyncio.iscoroutinefunction(call) or asyncio.iscoroutinefunction(
        getattr(call, "__call__", None)  # noqa: B004 - whether calling it gives a coroutine
    )


def _path(request: Request) -> Mapping[str, Any]:
    return request.path_params


def _query(request: Request) -> Mapping[str, Any]:
    return request.query_params if request.scope["query_string"] else _NO_QUERY


def _headers(request: Request) -> Mapping[str, Any]:
    return request.headers


def _cookies(request: Request) -> Mapping[str, Any]:
    return request.cookies
