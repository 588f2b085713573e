"""The rows of lists of activities on the wire."""

from datetime import datetime
from typing import Any

from pydantic import ConfigDict

from app.activities.schemas import Activity, FormatName, Page, StatusName
from app.core.fields import IsoDate
from app.core.replies import Part, left_out_unless


class ActivitySummary(Part):
    """A row of a list."""

    activity_id: str
    internal_id: str | None
    title: str
    format: FormatName
    start_date: IsoDate
    end_date: IsoDate
    credits: float | None
    status: StatusName
    next_status: StatusName | None
    missing_count: int
    version: int
    updated_at: datetime


def _either_view(schema: dict[str, Any]) -> None:
    """Require what both views have. A row is read, therefore no write has an outcome in it."""
    schema["required"] = [
        name for name in schema["required"] if name in ActivitySummary.model_fields
    ]
    del schema["properties"]["meta"]


class ActivityRow(Activity):
    """A summary, or with `view=full` the whole record. With `fields` only what was picked."""

    model_config = ConfigDict(json_schema_extra=_either_view)

    missing_count: int | None = left_out_unless("Only in summaries.")


class ActivityList(Part):
    """A page of activities."""

    data: list[ActivityRow]
    page: Page


class AccreditorActivitySummary(ActivitySummary):
    """A row of a list in which several providers stand."""

    provider_id: str


class AccreditorActivityList(Part):
    """A page of activities of an accreditor's providers."""

    data: list[AccreditorActivitySummary]
    page: Page
