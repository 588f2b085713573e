"""The refusals that concern an activity as a whole."""

from app.core.database import CONSTRAINT_PROBLEMS
from app.core.errors import declare

CLOSED = declare(
    "activity.closed",
    409,
    "The activity is closed",
    "A closed record and all that belongs to it stay as they are; reopen it to change it.",
)
DELETE_CLOSED = declare(
    "activity.delete_closed",
    409,
    "A closed activity cannot be deleted",
    "Closed activities are the report of record; reopen it first if it was closed by mistake.",
)
HAS_LEARNER_COMPLETIONS = declare(
    "activity.has_learner_completions",
    409,
    "The activity has learner completions",
    "An activity with completions of individual learners is kept; delete the completions first.",
)
NOT_READY = declare(
    "activity.not_ready",
    409,
    "The activity cannot be closed yet",
    "Complete what `missing` lists, all of it, and close again.",
)
NOT_CLOSED = declare(
    "activity.not_closed",
    409,
    "The activity is not closed",
    "Only a closed activity is reopened; one that is not closed can be changed as it is.",
)
REPORTING_CLOSED = declare(
    "activity.reporting_closed",
    409,
    "The reporting of the year is over",
    "Ask your accreditor to reopen the activity, with the reason.",
)
BELOW_REQUIRED_STATUS = declare(
    "activity.below_required_status",
    409,
    "The record would not reach the status that was asked for",
    "Complete what `missing` lists, or save without `require_status`.",
)
DUPLICATE_KEY = declare(
    "activity.duplicate_key",
    409,
    "Another record has this key",
    "Format, start date and internal id identify a record: change one of them, "
    "or write to the record that `related` names.",
)
KEY_MISMATCH = declare(
    "activity.key_mismatch",
    422,
    "The body contradicts the key in the URL",
    "Leave format, start_date and internal_id out of the body, or repeat those of the URL.",
)
CONSTRAINT_PROBLEMS["activities_identity"] = (
    DUPLICATE_KEY,
    "A record with the same format, start date and internal id was saved at the same moment.",
)
CONSTRAINT_PROBLEMS["activities_closed_stay"] = (DELETE_CLOSED, DELETE_CLOSED.remedy)
CONSTRAINT_PROBLEMS["learner_completions_activities_fkey"] = (
    HAS_LEARNER_COMPLETIONS,
    HAS_LEARNER_COMPLETIONS.remedy,
)
