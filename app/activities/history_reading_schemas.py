"""The history of an activity on the wire."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from app.activities.schemas import Page
from app.core.replies import Part


class HistoryActor(Part):
    """Who made a change."""

    kind: Literal["provider", "vendor", "accreditor", "operator"]
    credential_id: str


class HistoryChange(Part):
    """One field before and after."""

    pointer: str = Field(description="JSON pointer to the field.")
    before: Any
    after: Any


class HistoryRow(Part):
    """One change of an activity."""

    version: int = Field(description="The version that the change made.")
    at: datetime
    action: str = Field(
        description="created, copied, updated, closed, reopened or deleted.",
    )
    actor: HistoryActor
    request_id: str
    reason: str | None = Field(description="Why a closed activity was reopened.")
    changes: list[HistoryChange]


class HistoryPage(Part):
    """A page of the history, the oldest change first."""

    data: list[HistoryRow]
    page: Page
