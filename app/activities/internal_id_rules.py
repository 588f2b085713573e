"""The internal id: the provider's own code, which tells its records apart."""

from collections.abc import Iterator

from app.activities.facts import ActivityFacts
from app.activities.findings import Context, Finding
from app.core.errors import declare

INTERNAL_ID_REQUIRED = declare(
    "activity.internal_id_required",
    422,
    "A record sent by a system needs an internal id",
    "Send the code that your own system has for the activity as internal_id.",
)
INTERNAL_ID_IS_PROVIDER_ID = declare(
    "activity.internal_id_is_provider_id",
    422,
    "The internal id is the provider's id",
    "Choose a code that is different for each activity.",
)
_PASSAGE = "PARS FAQ: internal ID"


def internal_id_required(facts: ActivityFacts, context: Context) -> Iterator[Finding]:
    """Find a system's record without one; only a person filling a form may leave it out."""
    if context.machine and facts.internal_id is None:
        yield Finding(
            INTERNAL_ID_REQUIRED,
            "/internal_id",
            "Give the internal id: records that come by batch or web service need one.",
            source=_PASSAGE,
        )


def internal_id_is_provider_id(facts: ActivityFacts, context: Context) -> Iterator[Finding]:
    """Find the provider's own id, which tells none of its activities apart."""
    if facts.internal_id == context.provider_id:
        yield Finding(
            INTERNAL_ID_IS_PROVIDER_ID,
            "/internal_id",
            f"{context.provider_id} is the provider's id, the same for all its activities;"
            " give a code of this activity's own.",
            source=_PASSAGE,
        )
