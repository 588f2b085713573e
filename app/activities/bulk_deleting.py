"""Deleting several activities in one call: those that may be deleted go, the others stay."""

from collections.abc import Callable
from typing import Any, Final, Literal

from app.activities.deleting import delete
from app.activities.repository import ActivityRepository
from app.core.errors import ProblemError, Violation
from app.core.etag import Precondition
from app.core.parameters import PARAMETER_INVALID, refused
from app.core.problem_schema import Problem
from app.core.replies import Part

MOST_IDS: Final = 200

Explain = Callable[[str, ProblemError], dict[str, Any]]
"""Makes the problem document of one activity that was not deleted."""


class Deletion(Part):
    """What became of one activity."""

    activity_id: str
    result: Literal["deleted", "failed"]
    problem: Problem | None


class DeletionCounts(Part):
    """How many were deleted and how many were not."""

    deleted: int
    failed: int


class Deletions(Part):
    """What became of each activity, in the order in which they were named."""

    results: list[Deletion]
    counts: DeletionCounts


def ids_from(sent: str) -> list[str]:
    """Return the ids in a parameter `a,b,c`, each once; raise 400 for none or too many."""
    ids = list(dict.fromkeys(sent.split(",")))
    if "" in ids or len(ids) > MOST_IDS:
        message = f"Name 1 to {MOST_IDS} activities by their ids, with commas between them."
        raise refused([Violation(PARAMETER_INVALID, "?ids", message)])
    return ids


async def delete_many(
    repository: ActivityRepository, ids: list[str], precondition: Precondition, explain: Explain
) -> dict[str, Any]:
    """Delete those of the activities that may be deleted; say of each what became of it.

    All in one transaction, which needs no savepoints: a record is judged under its lock
    before anything of it is written, so that a refusal leaves nothing to take back.
    """
    problems: dict[str, dict[str, Any]] = {}
    # Two calls that name the same records in another order would wait for each other forever.
    for activity_id in sorted(ids):
        try:
            await delete(repository, activity_id, precondition)
        except ProblemError as refusal:
            problems[activity_id] = explain(activity_id, refusal)
    return {
        "results": [
            {
                "activity_id": activity_id,
                "result": "failed" if activity_id in problems else "deleted",
                "problem": problems.get(activity_id),
            }
            for activity_id in ids
        ],
        "counts": {"deleted": len(ids) - len(problems), "failed": len(problems)},
    }
