"""What replies have in common: JSON, a strict part, the page of a list, the outcome of a write."""

from collections.abc import Mapping
from typing import Any

import orjson
from fastapi import Response
from pydantic import ConfigDict, Field

from app.core.fields import Written


def json_response(
    document: Any, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Return a document as JSON."""
    return Response(orjson.dumps(document), status, headers, "application/json")


def left_out_unless(description: str) -> Any:
    """Return the field of a member that is in a reply only when there is something to say."""
    return Field(
        default=None,
        exclude_if=lambda value: value is None,
        description=description,
        json_schema_extra=_never_null,
    )


def _never_null(schema: dict[str, Any]) -> None:
    """Say of a member that is there or left out that it is not null."""
    there = [option for option in schema.pop("anyOf") if option != {"type": "null"}]
    schema.update(there[0])


def after_a_write() -> Any:
    """Return the field that says in the reply to a write what the write did."""
    return left_out_unless("Only in the reply to a write.")


class Part(Written):
    """A part of what is sent or read. In a reply every member is there, if need be as null."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)


class ListPage(Part):
    """Where a list goes on."""

    next_cursor: str | None
    limit: int


class WriteOutcome(Part):
    """What a write did."""

    unchanged: bool = Field(description="This was said already; nothing was written.")
