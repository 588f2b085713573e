"""What keeps somebody from resetting records."""

from app.core.database import CONSTRAINT_PROBLEMS
from app.core.errors import ProblemError, declare

LIVE_RECORDS_STAY = declare(
    "sandbox.live_records_stay",
    403,
    "Live records are never reset",
    "Send a test key (`pars_test_...`): it resets what was entered with test keys.",
)

# The database says so too, should anybody ask it.
CONSTRAINT_PROBLEMS["sandbox_only"] = (LIVE_RECORDS_STAY, "This database is no sandbox.")


def live_records_stay() -> ProblemError:
    """Return the refusal of a reset with a live key."""
    detail = "This is a live key, and live records are never reset. Nothing was changed."
    return ProblemError(LIVE_RECORDS_STAY, detail)
