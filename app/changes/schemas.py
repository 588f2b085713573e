"""The change feed on the wire."""

from datetime import datetime

from pydantic import BaseModel, Field


class ChangeEntry(BaseModel):
    """One change of one activity."""

    change_id: str = Field(description="The same whenever and however often it is read.")
    activity_id: str
    version: int = Field(description="The version that the change made.")
    at: datetime
    action: str = Field(description="created, copied, updated, closed, reopened or deleted.")
    href: str = Field(description="The activity; 404 once it is deleted.")


class FeedPlace(BaseModel):
    """Where to go on."""

    next_cursor: str = Field(description="Send it as `since`, now or later. Always there.")
    limit: int
    more: bool = Field(description="True when more changes are there already.")


class ChangeList(BaseModel):
    """Changes in the order in which they can be followed."""

    data: list[ChangeEntry]
    page: FeedPlace
