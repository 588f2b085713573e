"""Calls that are tried out: with `validate_only=true` everything runs and nothing is kept."""

from typing import Annotated, Final
from urllib.parse import parse_qsl

from fastapi import Query
from pydantic import TypeAdapter, ValidationError
from starlette.types import Scope

PARAMETER: Final = "validate_only"
MARK: Final = (b"validate-only", b"true")
"""The header of every answer to a trial, also of its refusal."""

# Where a request is noted as a trial.
TRIAL: Final = "trial"
_IN_QUERY: Final = PARAMETER.encode()
_READS: Final = TypeAdapter(bool)

ValidateOnly = Annotated[
    bool,
    Query(
        description="Run everything, save nothing, answer as the real call; every answer, also a "
        "refusal, has `Validate-Only: true`."
    ),
]


def note_trial(scope: Scope) -> None:
    """Note that a request is a trial, before anything about it can be refused."""
    query: bytes = scope["query_string"]
    if _IN_QUERY in query and any(
        name == PARAMETER and _is_true(value) for name, value in parse_qsl(query.decode("latin-1"))
    ):
        scope["state"][TRIAL] = True


def _is_true(value: str) -> bool:
    try:
        return _READS.validate_python(value)
    except ValidationError:
        return False
