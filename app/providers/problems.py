"""The refusals that concern the profile of a provider."""

from collections.abc import Collection, Iterator

from app.core.errors import Violation, declare
from app.core.nearest import nearest

COUNTRY_UNKNOWN = declare(
    "provider.country_unknown",
    422,
    "There is no country with this code",
    "Send the three letters of ISO 3166-1; GET /v1/reference/countries lists them.",
)
STATE_UNKNOWN = declare(
    "provider.state_unknown",
    422,
    "The USA have no state with this code",
    "Send the two letters of the postal service; GET /v1/reference/us-states lists them.",
)
ACCREDITOR_UNKNOWN = declare(
    "provider.accreditor_unknown",
    422,
    "There is no accreditor with this id",
    "Send the id of an accreditor as it stands in the profiles of its providers.",
)


def unknown_accreditor(wanted: str, known: Collection[str]) -> Iterator[Violation]:
    """Find an accreditor that has not been entered."""
    if wanted not in known:
        message = f"{wanted} is no accreditor."
        near = nearest(wanted, known)
        yield Violation(ACCREDITOR_UNKNOWN, "/accreditor", message, wanted, near)
