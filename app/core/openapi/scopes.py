"""What the document says of credentials: how they are sent, and which scopes a call needs."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

BEARER: Final = {
    "type": "http",
    "scheme": "bearer",
    "description": "An API key (`pars_live_...` or `pars_test_...`), or a token.",
}
TOKEN_URL: Final = "/v1/oauth/token"  # noqa: S105 - an address


def security_schemes(scopes: Mapping[str, str]) -> dict[str, Any]:
    """Return the ways in which callers say who they are."""
    if not scopes:
        return {"bearer": BEARER}
    return {
        "bearer": BEARER,
        "oauth2": {
            "type": "oauth2",
            "description": "The client id is the credential's id, the client secret its key.",
            "flows": {"clientCredentials": {"tokenUrl": TOKEN_URL, "scopes": dict(scopes)}},
        },
    }


def scopes_by_operation(application: FastAPI) -> dict[str, tuple[str, ...]]:
    """Return the scopes of which each operation needs one.

    They are those that the gate of the operation is made with: a dependency with a member
    `scopes`. What the document says and what the gate asks for cannot differ.
    """
    return {
        str(route.operation_id): tuple(dict.fromkeys(_scopes_of(route.original_route.dependant)))
        for route in iter_route_contexts(application.routes)
        if isinstance(route.original_route, APIRoute)
    }


def require_scopes(operation: dict[str, Any], needed: tuple[str, ...]) -> None:
    """Say in an operation which scopes it needs; any one of them is enough."""
    if operation.get("security") == []:
        return
    # Where no scope is needed, a token of any scope is enough.
    alternatives: list[list[str]] = [[scope] for scope in needed] or [[]]
    operation["security"] = [{"bearer": []}, *({"oauth2": scopes} for scopes in alternatives)]
    if needed:
        words = " or ".join(f"`{scope}`" for scope in needed)
        said = operation.get("description")
        sentence = f"Scope: {words}."
        operation["description"] = f"{said}\n\n{sentence}" if said else sentence


def _scopes_of(dependant: Dependant) -> Iterator[str]:
    yield from getattr(dependant.call, "scopes", ())
    for part in dependant.dependencies:
        yield from _scopes_of(part)
