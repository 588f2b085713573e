"""The headers of answers: which there are, and which answers have them.

Nearly all of them follow from the rest of the document, so that no route has to repeat them.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

ANSWER_HEADERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ETag": "The version, in quotation marks: what to send as `If-Match` and `If-None-Match`.",
        "Location": "The path of what was made.",
        "Link": 'The next page, as `<path>; rel="next"`; not there on the last one.',
        "Retry-After": "The seconds after which to send the same request again.",
        "Idempotent-Replayed": "`true`: the answer to the first call under the Idempotency-Key.",
        "Validate-Only": "`true`: `validate_only` was asked for, and nothing was saved.",
    }
)
_REFERENCE: Final = "#/components/headers/"
_WAITS: Final = frozenset({"429", "503"})
_MADE: Final = frozenset({"201", "202"})
_WITH_VERSION: Final = frozenset({"200", "201"})

Operation = dict[str, Any]


def with_headers(*names: str) -> dict[str, Any]:
    """Return what a route says of an answer with headers that nothing else tells of."""
    return {"headers": {name: {} for name in names}}


def add_answer_headers(document: dict[str, Any]) -> None:
    """Say of every answer which of our headers it has."""
    schemas = document["components"]["schemas"]
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            for status, answer in operation["responses"].items():
                follow = _headers(document["paths"], path, method, status, schemas)
                names = dict.fromkeys((*answer.get("headers", ()), *follow))
                if names:
                    answer["headers"] = {name: {"$ref": f"{_REFERENCE}{name}"} for name in names}
    document["components"]["headers"] = {
        name: {"description": description, "schema": {"type": "string"}}
        for name, description in ANSWER_HEADERS.items()
    }


def _headers(
    paths: dict[str, Any], path: str, method: str, status: str, schemas: dict[str, Any]
) -> Iterator[str]:
    operation = paths[path][method]
    asked = {parameter["name"] for parameter in operation.get("parameters", ())}
    if status in _WAITS:
        yield "Retry-After"
    if status >= "400":
        return
    if method == "get":
        if "If-None-Match" in asked:
            yield "ETag"
        if "cursor" in asked:
            yield "Link"
        return
    if status in _WITH_VERSION and (
        _tells_version(operation["responses"][status], schemas)
        or "If-None-Match" in _asked_to_read(paths[path])
    ):
        yield "ETag"
    if status in _MADE and _can_be_read(paths, path, method):
        yield "Location"
    if "Idempotency-Key" in asked:
        yield "Idempotent-Replayed"
    if "validate_only" in asked:
        yield "Validate-Only"


def _tells_version(answer: dict[str, Any], schemas: dict[str, Any]) -> bool:
    """Return whether an answer is a record that says its version."""
    reference = answer.get("content", {}).get("application/json", {}).get("schema", {}).get("$ref")
    return reference is not None and "version" in schemas[reference.rpartition("/")[2]].get(
        "properties", ()
    )


def _asked_to_read(methods: dict[str, Operation]) -> set[str]:
    return {parameter["name"] for parameter in methods.get("get", {}).get("parameters", ())}


def _can_be_read(paths: dict[str, Any], path: str, method: str) -> bool:
    """Return whether what is made here can be read: at this path, or at one of this list."""
    if method != "post":
        return "get" in paths[path]
    return any(
        "get" in methods and place.startswith(f"{path}/{{") and place.count("/", len(path)) == 1
        for place, methods in paths.items()
    )
