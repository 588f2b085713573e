"""What the format of an activity allows: its period and its delivery methods."""

from collections.abc import Iterator
from datetime import timedelta

from app.activities.facts import ActivityFacts
from app.activities.findings import Context, Finding, named
from app.activities.formats import FORMATS, latest_end
from app.core.errors import declare

DATE_ORDER = declare(
    "activity.date_order",
    422,
    "The activity ends before it starts",
    "The end date is the start date or a later day.",
)
PERIOD_TOO_LONG = declare(
    "activity.period_too_long",
    422,
    "The activity runs longer than its format allows",
    "Every format but one runs 12 months at most, enduring material 3 years; report what"
    " goes on after that as a record of its own.",
)
DELIVERY_METHOD_NOT_APPLICABLE = declare(
    "activity.delivery_method_not_applicable",
    422,
    "The format does not have this delivery method",
    "GET /v1/reference/formats names the delivery methods of each format.",
)
_SHORTEST_YEAR = timedelta(days=365)
_PERIOD_PASSAGE = "PARS FAQ: activities that span more than one calendar year"


def date_order(facts: ActivityFacts, _context: Context) -> Iterator[Finding]:
    """Find an end before the start."""
    start, end = facts.start_date, facts.end_date
    if start is not None and end is not None and end < start:
        yield Finding(
            DATE_ORDER,
            "/end_date",
            f"The activity starts on {start}; it cannot end before that day.",
            reads=("/start_date",),
            did_you_mean=(start.isoformat(),),
        )


def period_too_long(facts: ActivityFacts, _context: Context) -> Iterator[Finding]:
    """Find an end later than the format allows, counted from the start."""
    activity_format = FORMATS.get(facts.format or "")
    start, end = facts.start_date, facts.end_date
    if activity_format is None or start is None or end is None or end - start < _SHORTEST_YEAR:
        return
    latest = latest_end(activity_format, start)
    if end > latest:
        yield Finding(
            PERIOD_TOO_LONG,
            "/end_date",
            f"A record of format {activity_format.code} runs {activity_format.max_period} at"
            f" most: one that starts on {start} ends on {latest} at the latest. Report what"
            " goes on after that as a separate activity.",
            reads=("/start_date", "/format"),
            did_you_mean=(latest.isoformat(),),
            source=_PERIOD_PASSAGE,
        )


def delivery_method_not_applicable(facts: ActivityFacts, _context: Context) -> Iterator[Finding]:
    """Find delivery methods that the format does not have."""
    activity_format = FORMATS.get(facts.format or "")
    if activity_format is None:
        return
    allowed = activity_format.delivery_methods
    for position, method in enumerate(facts.delivery_methods):
        if method not in allowed:
            advice = f"it has {named(allowed)}" if allowed else "it has none; leave the list empty"
            yield Finding(
                DELIVERY_METHOD_NOT_APPLICABLE,
                f"/delivery_methods/{position}",
                f"The format {activity_format.code} is not delivered '{method}': {advice}.",
                reads=("/format",),
                did_you_mean=allowed,
            )
