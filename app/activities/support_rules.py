"""Commercial support and outcome measures that contradict themselves."""

from collections.abc import Iterator

from app.activities.facts import ActivityFacts
from app.activities.findings import Context, Finding
from app.core.errors import declare

CONTRADICTION = declare(
    "support.contradiction",
    422,
    "The statements on commercial support contradict each other",
    "Name sources only where support was received, an amount only where it was monetary, and"
    " a nature of in-kind help only where it was in kind.",
)
RECEIVED_YEAR = declare(
    "support.received_year",
    422,
    "The support was received in a year that is not the activity's",
    "Support is reported in the year it was received: a year of the activity, or the one after.",
)
MEASURE_TWICE = declare(
    "outcomes.measure_twice",
    422,
    "An outcome measure is listed twice",
    "List each measure once, with all its kinds.",
)
_SOURCES = "/commercial_support/sources"
_RECEIVED_PASSAGE = "PARS FAQ: commercial support fields"
_YEAR_PASSAGE = "PARS FAQ: enduring materials, the year in which support was received"


def sources_without_support(facts: ActivityFacts, _context: Context) -> Iterator[Finding]:
    """Find sources where no support was received, or nobody said so."""
    if facts.sources and facts.support_received is not True:
        said = "received is not answered" if facts.support_received is None else "received is no"
        yield Finding(
            CONTRADICTION,
            "/commercial_support/received",
            f"Sources are listed, but {said}: say yes, or leave the sources out.",
            source=_RECEIVED_PASSAGE,
        )


def details_of_another_kind(facts: ActivityFacts, _context: Context) -> Iterator[Finding]:
    """Find amounts of support that is not monetary, and natures of what is not in kind."""
    for position, entry in enumerate(facts.sources):
        at = f"{_SOURCES}/{position}"
        if entry.amount is not None and entry.monetary is not True:
            yield Finding(
                CONTRADICTION,
                f"{at}/amount",
                "An amount is given, but monetary is not yes: say yes, or leave the amount out.",
                reads=(f"{at}/monetary",),
                source=_RECEIVED_PASSAGE,
            )
        if entry.in_kind_nature and entry.in_kind is not True:
            yield Finding(
                CONTRADICTION,
                f"{at}/in_kind_nature",
                "The nature of in-kind help is given, but in_kind is not yes: say yes, or leave"
                " it out.",
                reads=(f"{at}/in_kind",),
                source=_RECEIVED_PASSAGE,
            )


def received_year(facts: ActivityFacts, _context: Context) -> Iterator[Finding]:
    """Find support of a year that is neither the activity's nor the one after."""
    if facts.start_date is None or facts.end_date is None:
        return
    first, last = facts.start_date.year, facts.end_date.year + 1
    for position, entry in enumerate(facts.sources):
        if entry.received_year is not None and not first <= entry.received_year <= last:
            yield Finding(
                RECEIVED_YEAR,
                f"{_SOURCES}/{position}/received_year",
                f"An activity from {facts.start_date} to {facts.end_date} receives support in"
                f" {first} at the earliest and in {last} at the latest.",
                reads=("/start_date", "/end_date"),
                source=_YEAR_PASSAGE,
            )


def measure_twice(facts: ActivityFacts, _context: Context) -> Iterator[Finding]:
    """Find outcome measures that are listed again."""
    for position, measure in enumerate(facts.outcome_measures):
        first = facts.outcome_measures.index(measure)
        if first != position:
            yield Finding(
                MEASURE_TWICE,
                f"/outcome_measures/{position}/measure",
                f"{measure} stands at position {first} already; list it once, with all its kinds.",
                reads=(f"/outcome_measures/{first}/measure",),
            )
