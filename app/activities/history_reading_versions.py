"""The record as it was at a version, put together from its changes."""

from collections.abc import Sequence
from typing import Any

from app.activities.history_reading import HistoryEntry
from app.activities.record_document import fits
from app.activities.repository import Record
from app.activities.schemas import ActivityContent
from app.auth.access import not_found
from app.core.errors import ProblemError, declare
from app.core.instant import instant

VERSION_UNKNOWN = declare(
    "activity.version_unknown",
    404,
    "The activity had no such version",
    "Take a version from the history of the activity.",
)


def as_it_was(
    provider_id: str, activity_id: str, version: int, entries: Sequence[HistoryEntry]
) -> Record:
    """Return the record at a version from all entries up to it, as it was stored then.

    Raises ProblemError 404 when there was no such activity, or no such version of it:
    the deletion has a version too, and there was no record any more.
    """
    if not entries:
        raise not_found()
    last = entries[-1]
    if last.version != version:
        detail = f"The activity has the versions 1 to {last.version}."
        raise ProblemError(VERSION_UNKNOWN, detail)
    if last.action == "deleted":
        detail = f"Version {version} is the deletion; there was no record any more."
        raise ProblemError(VERSION_UNKNOWN, detail)
    content = ActivityContent().model_dump(mode="json")
    closed_at = None
    for entry in entries:
        for change in entry.changes:
            _apply(content, change)
        if entry.action == "closed":
            closed_at = instant(entry.at)
        elif entry.action == "reopened":
            closed_at = None
    return {
        "activity_id": activity_id,
        "provider_id": provider_id,
        **content,
        "version": version,
        "created_at": instant(entries[0].at),
        "updated_at": instant(last.at),
        "closed_at": closed_at,
    }


def _apply(content: Record, change: dict[str, Any]) -> None:
    """Say in the content what a change says, if it is about a field of the content."""
    if not fits(change["pointer"]):
        return
    *way, name = change["pointer"].split("/")[1:]
    for step in way:
        content = content[step]
    content[name] = change["after"]
