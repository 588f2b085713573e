"""What a route says in the document beyond what FastAPI reads from its function."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel

from app.core.deprecation import DEPRECATIONS, Deprecated
from app.core.errors import ErrorCode
from app.core.problem_document import PROBLEM_JSON
from app.core.request_body import JSON

# Bodies are read by us and not by FastAPI, which therefore does not know their models.
# Until the document is put together they are referred to by a prefix of our own.
BODY_MODELS: Final[dict[str, type[BaseModel]]] = {}
BODY_REFERENCE: Final = "#/bodies/"
PARAMETER_EXAMPLES: Final = "x-parameter-examples"


@dataclass(frozen=True, slots=True)
class Header:
    """A header that a call reads, such as If-Match."""

    name: str
    description: str
    example: str
    required: bool = False

    def as_parameter(self) -> dict[str, Any]:
        """Return the header as the document shows it."""
        return {
            "name": self.name,
            "in": "header",
            "required": self.required,
            "description": self.description,
            "schema": {"type": "string"},
            # A header that is sent as it stands in the example must be meant by everybody,
            # so only those without which the call is refused come filled in.
            **({"example": self.example} if self.required else {}),
        }


IF_CHANGED: Final = Header("If-None-Match", "The ETag you have; 304 when it still holds.", '"1"')
"""The header of calls that read what has a version; the document says what 304 means there."""


def describe(  # noqa: PLR0913 - each names one part of the document
    *,
    body: type[BaseModel] | None = None,
    example: Any = None,
    media_types: Sequence[str] = (JSON,),
    parameters: Mapping[str, Any] | None = None,
    headers: Sequence[Header] = (),
    problems: Sequence[ErrorCode] = (),
    responses: Mapping[int, Mapping[str, Any]] | None = None,
    public: bool = False,
    deprecated: Sequence[Deprecated] = (),
) -> dict[str, Any]:
    """Return the keywords for a route decorator, as in `@router.put(..., **describe(...))`.

    `parameters` gives an example for each path or query parameter by name, `problems` the
    codes that this call answers with beside those of every call, and `public` calls need
    no credential. `deprecated` is what will be taken away: the call, or parameters of it.
    """
    extra: dict[str, Any] = {PARAMETER_EXAMPLES: dict(parameters or {})}
    if body is not None:
        content = {"schema": _reference(body)}
        if example is not None:
            content["example"] = example
        extra["requestBody"] = {
            "required": True,
            "content": dict.fromkeys(media_types, content),
        }
    if headers:
        extra["parameters"] = [header.as_parameter() for header in headers]
    if public:
        extra["security"] = []
    if deprecated:
        extra[DEPRECATIONS] = tuple(deprecated)
    return {
        "openapi_extra": extra,
        "responses": {**(responses or {}), **_problem_responses(problems)},
    }


def problem_response(description: str) -> dict[str, Any]:
    """Return how the document shows an answer that is a problem."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": description, "content": {PROBLEM_JSON: {"schema": schema}}}


def _problem_responses(problems: Sequence[ErrorCode]) -> dict[int, dict[str, Any]]:
    lines = defaultdict(list)
    for kind in problems:
        lines[kind.status].append(f"`{kind.code}`: {kind.title}.")
    return {status: problem_response("  \n".join(said)) for status, said in lines.items()}


def _reference(model: type[BaseModel]) -> dict[str, str]:
    name = model.__name__
    if BODY_MODELS.setdefault(name, model) is not model:
        message = f"two models of bodies are called {name}"
        raise ValueError(message)
    return {"$ref": f"{BODY_REFERENCE}{name}"}
