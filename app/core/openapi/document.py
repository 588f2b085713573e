"""Puts the OpenAPI document together."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, iter_route_contexts

from app.core.deprecation import mark_deprecations
from app.core.openapi.answer_headers import add_answer_headers
from app.core.openapi.describing import (
    BODY_MODELS,
    BODY_REFERENCE,
    PARAMETER_EXAMPLES,
    Header,
    problem_response,
)
from app.core.openapi.enumerations import Enumerations
from app.core.openapi.schemas import (
    REFERENCE,
    cleaned,
    input_schemas,
    model_schemas,
    output_component,
    pointed_at,
    references,
    without_null,
)
from app.core.openapi.scopes import (
    TOKEN_URL,
    require_scopes,
    scopes_by_operation,
    security_schemes,
)
from app.core.problem_schema import Problem
from app.core.sandbox_date import SANDBOX_DATE

Operation = dict[str, Any]

_BY_FASTAPI: Final = "Successful Response"
_OF_EVERY_CALL: Final = {
    "400": "A parameter or the body cannot be read.",
    "500": "A fault of the server; the request id names it in the logs.",
    "503": "The server cannot take the call now; `Retry-After` says when to try again.",
}
_OF_CALLS_WITH_A_KEY: Final = {
    "401": "No credential, or one that is not valid.",
    "403": "The credential lacks the scope.",
    "404": "Absent, or another provider's.",
    "429": "The quota is spent; `Retry-After` says when there is a new one.",
}
_OF_CALLS_WITH_ONE_EFFECT: Final = {
    "409": "The first call under this Idempotency-Key is still running.",
    "422": "The Idempotency-Key belongs to another call.",
}
_OF_CALLS_WITH_A_BODY: Final = {
    "413": "The body is too large.",
    "415": "The body has another media type.",
    "422": "The body was understood and breaks a rule.",
}
_NOT_AS_ASKED: Final = (
    "The record is not in the state that If-Match or If-None-Match asks for, or it has no version."
)
_DAY_OF_THE_SANDBOX: Final = Header(
    SANDBOX_DATE,
    "With a test key only: the day on which the call is made, such as 2027-04-02.",
    "2027-04-02",
).as_parameter() | {"schema": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}}


def install_openapi(
    application: FastAPI,
    scopes: Mapping[str, str] = MappingProxyType({}),
    enumerations: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    """Let the application serve our document; raise ValueError when a route is not named.

    `scopes` are what tokens can be asked for, each with what it permits. `enumerations` are
    lists of words, as `Literal`, by the names that clients know them under.

    Called when all routers are included: each operation has an id of its own, because
    generated clients name their functions by it.
    """
    _require_operation_ids(application)

    def openapi() -> dict[str, Any]:
        if application.openapi_schema is None:
            application.openapi_schema = document_of(application, scopes, enumerations)
        return application.openapi_schema

    application.openapi = openapi  # type: ignore[method-assign]


def document_of(
    application: FastAPI, scopes: Mapping[str, str], enumerations: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the document of this application."""
    document = get_openapi(
        title=application.title,
        version=application.version,
        summary=application.summary,
        description=application.description,
        routes=application.routes,
        tags=application.openapi_tags,
        servers=[{"url": "/"}],
        license_info=application.license_info,
        separate_input_output_schemas=application.separate_input_output_schemas,
    )
    needed = scopes_by_operation(application)
    for path, method, operation in _operations(document):
        _finish_operation(path, method, operation)
        if scopes and "security" in operation and path != TOKEN_URL:
            require_scopes(operation, needed[operation["operationId"]])
    mark_deprecations(application, (operation for _, _, operation in _operations(document)))
    _add_schemas(document, Enumerations(enumerations))
    add_answer_headers(document)
    document["components"]["securitySchemes"] = security_schemes(scopes)
    return document


def _require_operation_ids(application: FastAPI) -> None:
    seen: set[str] = set()
    for route in iter_route_contexts(application.routes):
        if not isinstance(route.original_route, APIRoute) or not route.include_in_schema:
            continue
        if route.operation_id is None or route.operation_id in seen:
            message = f"{route.path_format} needs an operation_id that no other route has"
            raise ValueError(message)
        seen.add(route.operation_id)


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, Operation]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _finish_operation(path: str, method: str, operation: Operation) -> None:
    _describe_in_one_line(operation)
    _give_examples(operation)
    responses = operation["responses"]
    described = responses.get("422", {}).get("content", {})
    if "HTTPValidationError" in str(described.get("application/json")):
        del responses["422"]
    implied = dict(_OF_EVERY_CALL)
    if path.startswith("/v1") and operation.get("security") != []:
        operation["security"] = [{"bearer": []}]
        operation.setdefault("parameters", []).append(dict(_DAY_OF_THE_SANDBOX))
        implied |= _OF_CALLS_WITH_A_KEY
    headers = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "header"}
    if "Idempotency-Key" in headers:
        implied |= _OF_CALLS_WITH_ONE_EFFECT
    if "requestBody" in operation:
        implied |= _OF_CALLS_WITH_A_BODY
    if method == "get" and "If-None-Match" in headers:
        responses.setdefault("304", {"description": "You have this version."})
    if method != "get":
        implied["412"] = _NOT_AS_ASKED
    for status, response in responses.items():
        if response["description"] == _BY_FASTAPI:
            response["description"] = f"{HTTPStatus(int(status)).phrase}."
    for status, description in implied.items():
        responses.setdefault(status, problem_response(description))
    operation["responses"] = dict(sorted(responses.items()))


def _describe_in_one_line(operation: Operation) -> None:
    """Take the first line of the description, which is a sentence, as the summary."""
    first, _, rest = operation.pop("description", "").partition("\n")
    if first:
        operation["summary"] = first.rstrip(".")
    if rest:
        operation["description"] = rest.strip()


def _give_examples(operation: Operation) -> None:
    examples = operation.pop(PARAMETER_EXAMPLES, {})
    for parameter in operation.get("parameters", ()):
        schema = parameter["schema"] = without_null(parameter["schema"])
        schema.pop("title", None)
        if "example" in schema:
            parameter["example"] = schema.pop("example")
        if parameter["name"] in examples:
            parameter["example"] = examples[parameter["name"]]


def _add_schemas(document: dict[str, Any], enumerations: Enumerations) -> None:
    """Add the schemas that we know of to those of FastAPI, and drop what nobody refers to."""
    components = document.setdefault("components", {})
    generated = components.get("schemas", {})
    outputs = {name: output_component(schema) for name, schema in generated.items()}
    outputs |= model_schemas([Problem], "serialization")
    bodies = {name for name in BODY_MODELS if f"'{BODY_REFERENCE}{name}'" in str(document["paths"])}
    inputs, names = input_schemas([BODY_MODELS[name] for name in sorted(bodies)], outputs)
    targets = {f"{BODY_REFERENCE}{name}": f"{REFERENCE}{new}" for name, new in names.items()}
    document["paths"] = pointed_at(cleaned(document["paths"]), targets)
    for _, _, operation in _operations(document):
        for parameter in operation.get("parameters", ()):
            parameter["schema"] = enumerations.taken_from_parameter(parameter["schema"])
    schemas = {
        name: enumerations.taken_from_component(name, schema)
        for name, schema in (outputs | inputs).items()
    }
    schemas |= enumerations.components
    used = references(document["paths"])
    while more := {name for one in used for name in references(schemas[one])} - used:
        used |= more
    components["schemas"] = {name: schemas[name] for name in sorted(used)}
