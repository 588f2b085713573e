"""What replies have in common: a strict part, the page of a list, the outcome of a write."""

from pydantic import ConfigDict, Field

from app.core.fields import Written


class Part(Written):
    """A part of what is sent or read. In a reply every member is there."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)


class ListPage(Part):
    """Where a list goes on."""

    next_cursor: str | None
    limit: int


class WriteOutcome(Part):
    """What a write did."""

    unchanged: bool = Field(description="This was said already; nothing was written.")
