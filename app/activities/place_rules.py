"""The place of an activity: countries and states by their codes, so that reports can count."""

from collections.abc import Iterator

from app.activities.circumstances import USA
from app.activities.facts import ActivityFacts
from app.activities.findings import Context, Finding
from app.core.errors import declare
from app.reference import countries, us_states

COUNTRY_UNKNOWN = declare(
    "activity.country_unknown",
    422,
    "There is no country with this code",
    "Send the three letters of ISO 3166-1; GET /v1/reference/countries lists them.",
)
STATE_UNKNOWN = declare(
    "activity.state_unknown",
    422,
    "The USA have no state with this code",
    "Send the two letters of the postal service; GET /v1/reference/us-states lists them.",
)


def country_unknown(facts: ActivityFacts, _context: Context) -> Iterator[Finding]:
    """Find a country that is not a code of the standard."""
    country = facts.country
    if country is not None and not countries.is_country(country):
        yield Finding(
            COUNTRY_UNKNOWN,
            "/country",
            f"{country} is not the three-letter code of a country.",
            did_you_mean=countries.nearest(country),
        )


def state_unknown(facts: ActivityFacts, _context: Context) -> Iterator[Finding]:
    """Find a state that the USA do not have; elsewhere any text names a region."""
    state = facts.state
    if facts.country == USA and state is not None and not us_states.is_us_state(state):
        yield Finding(
            STATE_UNKNOWN,
            "/state",
            f"{state} is not the two-letter code of a state of the USA.",
            reads=("/country",),
            did_you_mean=us_states.nearest(state),
        )
