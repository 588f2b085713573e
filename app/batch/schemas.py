"""Batches on the wire."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from app.activities.schemas import ActivityContent, FormatName, StatusName
from app.batch.entries import Action
from app.batch.outcomes import Result
from app.batch.problems import MOST_RECORDS
from app.core.fields import IsoDate
from app.core.problem_schema import Problem
from app.core.replies import Part
from app.learners.completion_schemas import CompletionContent, nothing_required

ActivityAction = Literal["upsert", "update", "delete", "close"]

ATOMIC: Any = Field(default=False, description="Save all records or none of them.")


class BatchedActivity(ActivityContent):
    """An activity in a batch: its content, and its id where that names it."""

    activity_id: Annotated[str, Field(pattern="^[0-9]{9}$")] | None = Field(
        default=None, description="Names the activity where the key is to change, or instead of it."
    )


class ActivityBatchRecord(Action):
    """What is to be done with one activity."""

    action: ActivityAction = Field(
        description="`upsert` creates or replaces, `update` replaces and never creates. "
        "`delete` and `close` only name the activity."
    )
    activity: BatchedActivity


class ActivityBatch(Part):
    """Activities to be written in one call."""

    atomic: bool = ATOMIC
    records: Annotated[list[ActivityBatchRecord], Field(max_length=MOST_RECORDS)]


class SentActivity(Action):
    """A record of a batch of activities as it is first read: its content comes later."""

    action: ActivityAction
    activity: dict[str, Any]


class ActivityKey(Part):
    """What identifies an activity in the provider's own system."""

    format: FormatName
    start_date: IsoDate
    internal_id: str | None


class RecordResult(Part):
    """What became of one record of a batch."""

    index: int = Field(description="The place of the record in the batch, from 0.")
    action: str | None
    result: Result
    etag: str | None
    problem: Problem | None = Field(
        description="What the record alone would have been answered with; its pointers point "
        "into the record's content."
    )


class ActivityResult(RecordResult):
    """What became of one activity of a batch."""

    key: ActivityKey | None
    activity_id: str | None
    status_before: StatusName | None
    status_after: StatusName | None


class BatchCounts(Part):
    """How many records came to each result."""

    created: int
    updated: int
    unchanged: int
    deleted: int
    closed: int
    failed: int
    not_run: int


class ActivityBatchResults(Part):
    """What became of each record, in the order in which they were sent."""

    results: list[ActivityResult]
    counts: BatchCounts


CompletionAction = Literal["upsert", "update", "delete"]


class BatchedCompletion(CompletionContent):
    """A completion in a batch: its content, and its id where that names it."""

    model_config = ConfigDict(json_schema_extra=nothing_required)

    completion_id: Annotated[str, Field(pattern="^[0-9]{12}$")] | None = Field(
        default=None, description="Names the completion instead of its credit_id."
    )


class CompletionBatchRecord(Action):
    """What is to be done with one completion."""

    action: CompletionAction = Field(
        description="`upsert` reports or corrects, `update` corrects and never reports. "
        "`delete` only names the completion."
    )
    completion: BatchedCompletion


class CompletionBatch(Part):
    """Completions to be written in one call."""

    atomic: bool = ATOMIC
    records: Annotated[list[CompletionBatchRecord], Field(max_length=MOST_RECORDS)]


class SentCompletion(Action):
    """A record of a batch of completions as it is first read: its content comes later."""

    action: CompletionAction
    completion: dict[str, Any]


class CompletionResult(RecordResult):
    """What became of one completion of a batch."""

    key: str | None = Field(description="The client's own credit_id.")
    completion_id: str | None


class CompletionBatchResults(Part):
    """What became of each completion, in the order in which they were sent."""

    results: list[CompletionResult]
    counts: BatchCounts
