"""The history of an activity on the wire."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from app.activities.schemas import Page, Section


class HistoryActor(Section):
    """Who made a change."""

    kind: Literal["provider", "vendor", "accreditor", "operator"]
    credential_id: str


class HistoryChange(Section):
    """One field before and after."""

    pointer: str = Field(description="JSON pointer to the field.")
    before: Any
    after: Any


class HistoryRow(Section):
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


class HistoryPage(Section):
    """A page of the history, the oldest change first."""

    data: list[HistoryRow]
    page: Page
