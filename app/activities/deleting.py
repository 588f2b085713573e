"""Deleting, and the two bans on it."""

from app.activities.presenting import reference
from app.activities.problems import DELETE_CLOSED, HAS_LEARNER_COMPLETIONS
from app.activities.repository import ActivityRepository, Record
from app.auth.access import existing
from app.core.errors import ProblemError
from app.core.etag import Precondition


async def delete(
    repository: ActivityRepository, activity_id: str, precondition: Precondition
) -> None:
    """Delete an activity that is neither closed nor has learner completions.

    Its history and a tombstone remain. Raises ProblemError: 404, 412, or 409.
    """
    record = existing(await repository.get_for_deed(activity_id))
    precondition.check(record["version"])
    await delete_record(repository, record)


async def delete_record(repository: ActivityRepository, record: Record) -> None:
    """Delete a locked record, or refuse with 409 for the ban that applies."""
    if record["closed_at"] is not None:
        raise ProblemError(
            DELETE_CLOSED,
            f"The activity was closed at {record['closed_at']}. Nothing was deleted.",
            related=[reference(record)],
        )
    if await repository.has_completions(record["activity_id"]):
        raise ProblemError(
            HAS_LEARNER_COMPLETIONS,
            "Completions of individual learners were reported for it. Nothing was deleted.",
            related=[reference(record)],
        )
    await repository.delete(record)
