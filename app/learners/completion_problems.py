"""The refusals that concern completions of individual learners."""

from app.core.database import CONSTRAINT_PROBLEMS
from app.core.errors import declare

DUPLICATE = declare(
    "completion.duplicate",
    409,
    "The completion was reported already",
    "Correct the completion that `related` names, or send another credit_id or day.",
)
ACTIVITY_IS_DRAFT = declare(
    "completion.activity_is_draft",
    409,
    "The activity takes no completions yet",
    "Complete what `missing` lists: an activity takes completions once it is Active.",
)
BIRTH_DAY = declare(
    "completion.birth_month_day",
    422,
    "The birthday is not a month and a day",
    "Send the month and the day as MM-DD, such as 02-29; the year is not wanted.",
)
NPI = declare(
    "completion.npi",
    422,
    "The number is no NPI",
    "Send the ten digits of the National Provider Identifier; the last one checks the others.",
)
MASKED = declare(
    "completion.masked",
    422,
    "The value stands masked in the place of a person's",
    "Send the value itself: a completion that is read by its id shows the person unmasked.",
)
LICENSE_STATE_UNKNOWN = declare(
    "completion.license_state_unknown",
    422,
    "There is no state with this code",
    "Send the two letters of the postal service; GET /v1/reference/us-states lists them.",
)
LICENSE_STATE_NEEDED = declare(
    "completion.license_state_needed",
    422,
    "The licence has no state",
    "Send the state that issued the licence: its number means nothing alone.",
)
IN_FUTURE = declare(
    "completion.date_in_future",
    422,
    "The day of the completion has not come yet",
    "Report a completion when the learner has completed the activity.",
)
OUTSIDE_ACTIVITY = declare(
    "completion.date_outside_activity",
    422,
    "The activity did not run on the day of the completion",
    "Send a day from the activity's start date to its end date.",
)
CREDITS_ABOVE = declare(
    "completion.credits_above_activity",
    422,
    "The credits are more than the activity gives",
    "Send at most what the activity, or its registration with the board, gives.",
)
BOARD_NOT_REGISTERED = declare(
    "completion.board_not_registered",
    422,
    "The activity is not registered with the board",
    "Register the activity with the board first, or send a board that the message lists.",
)
CREDIT_TYPE_NOT_REGISTERED = declare(
    "completion.credit_type_not_registered",
    422,
    "The activity is not registered for the credit type",
    "Send a credit type of the activity's registration with this board.",
)
BOARD_CREDIT_TWICE = declare(
    "completion.board_credit_twice",
    422,
    "A credit type of a board stands twice",
    "Send one entry for each board and credit type.",
)
CONSTRAINT_PROBLEMS["learner_completions_credit"] = (
    DUPLICATE,
    "A completion with this credit_id was saved at the same moment.",
)
CONSTRAINT_PROBLEMS["learner_board_days_pkey"] = (
    DUPLICATE,
    "A completion of this learner, activity and day was saved at the same moment.",
)
