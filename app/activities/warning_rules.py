"""What looks wrong about a record and blocks nothing.

Most of these warnings need the record alone, some what the database knows around it. A
threshold stands here where the field gives a word, such as "very few", and not a number.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from app.activities.facts import ActivityFacts
from app.activities.formats import (
    LIVE_COURSE,
    PERFORMANCE_QUALITY_IMPROVEMENT,
    REGULARLY_SCHEDULED_SERIES,
)
from app.activities.record_document import document_order
from app.activities.surroundings import ALONE, Surroundings

FEW_SERIES_CREDITS = 4
"""Even a series that meets once a quarter for an hour has as many in a year."""

PRACTICE_ASSESSMENT = ("ABIM", "Practice Assessment (Part IV)")

LIKELY_DUPLICATE = "activity.likely_duplicate"
MORE_COMPLETIONS = "learners.more_completions"
COUNT_FELL = "learners.count_fell"

CAUSED_BY_OTHERS: Final = frozenset({LIKELY_DUPLICATE, MORE_COMPLETIONS})
"""Warnings that come and go without a change of the record itself."""

_HOST = re.compile(r"//(?:[^/?#@]*@)?([^/?#:]+)")
_PLACEHOLDER_LABELS = frozenset({"example", "invalid", "localhost", "test"})


class RecordWarning(NamedTuple):
    """One thing that looks wrong: where, what to look at, and why it was noticed."""

    code: str
    pointer: str
    text: str
    because: str | None
    source: str
    severity: Literal["warning"] = "warning"

    def as_document(self) -> dict[str, Any]:
        """Return the entry of a record's `warnings`."""
        return {
            "code": self.code,
            "pointer": self.pointer,
            "text": self.text,
            "because": self.because,
            "severity": self.severity,
            "source": self.source,
        }


WarningRule: TypeAlias = Callable[[ActivityFacts, Surroundings], Iterator[RecordWarning]]


def few_series_credits(facts: ActivityFacts, _around: Surroundings) -> Iterator[RecordWarning]:
    """Notice a series that seems to be reported with the credits of one session."""
    if (
        facts.format == REGULARLY_SCHEDULED_SERIES
        and facts.credits is not None
        and facts.credits < FEW_SERIES_CREDITS
    ):
        yield RecordWarning(
            "series.few_credits",
            "/credits",
            "Give the credits of the whole series, not of one session.",
            f"a series has {facts.credits:g} credits",
            "PARS FAQ: regularly scheduled series",
        )


def no_learners(facts: ActivityFacts, _around: Surroundings) -> Iterator[RecordWarning]:
    """Notice a live course nobody came to; one that did not take place is not reported."""
    if facts.format == LIVE_COURSE and facts.physicians == 0 and facts.others == 0:
        yield RecordWarning(
            "learners.none",
            "/learners/physicians",
            "Check the learner counts; a course that did not take place is not reported.",
            "a live course has no learners",
            "PARS FAQ: activities that were planned and did not occur",
        )


def placeholder_url(facts: ActivityFacts, _around: Surroundings) -> Iterator[RecordWarning]:
    """Notice web addresses that lead nowhere: of the activity, and the boards' own."""
    if facts.url is not None and _is_placeholder(facts.url):
        yield _placeholder_warning("/url", facts.url)
    for position, entry in enumerate(facts.boards):
        if entry.url is not None and entry.url != facts.url and _is_placeholder(entry.url):
            yield _placeholder_warning(f"/moc/boards/{position}/url", entry.url)


def _placeholder_warning(pointer: str, url: str) -> RecordWarning:
    return RecordWarning(
        "finder.url_placeholder",
        pointer,
        "Give the address that learners will use.",
        f"{url} is a placeholder",
        "PARS FAQ: activity statuses, Active",
    )


@lru_cache(maxsize=4096)
def _is_placeholder(url: str) -> bool:
    host = _HOST.search(url)
    if host is None:
        return False
    labels = host[1].rstrip(".").casefold().split(".")
    return not _PLACEHOLDER_LABELS.isdisjoint(labels[-2:]) or labels[0] == "127"


def joint_provider_is_supporter(
    facts: ActivityFacts, _around: Surroundings
) -> Iterator[RecordWarning]:
    """Notice a joint provider that is a commercial supporter as well."""
    if not facts.joint_providers:
        return
    supporters = {entry.source.casefold() for entry in facts.sources}
    for position, name in enumerate(facts.joint_providers):
        if name.casefold() in supporters:
            yield RecordWarning(
                "joint.is_supporter",
                f"/joint_providers/{position}",
                "Check the two names: an ineligible company cannot be a joint provider.",
                f"{name} is a source of commercial support as well",
                "PARS FAQ: joint providership",
            )


def moc_credits_above_activity(
    facts: ActivityFacts, _around: Surroundings
) -> Iterator[RecordWarning]:
    """Notice boards that are to give more credit than the activity has."""
    if not facts.moc_registered or facts.credits is None:
        return
    for position, entry in enumerate(facts.boards):
        if entry.credits is not None and entry.credits > facts.credits:
            yield RecordWarning(
                "moc.credits_above_activity",
                f"/moc/boards/{position}/credits",
                "Check the amount: MOC credit is not above the credit of the activity.",
                f"{entry.board} gives {entry.credits:g}, the activity has {facts.credits:g}",
                "PARS FAQ: activity statuses, Closed",
            )


def claim_date_before_end(facts: ActivityFacts, _around: Surroundings) -> Iterator[RecordWarning]:
    """Notice credit that has to be claimed before the activity ends."""
    if not facts.moc_registered or facts.end_date is None:
        return
    for position, entry in enumerate(facts.boards):
        if entry.credit_claim_date is not None and entry.credit_claim_date < facts.end_date:
            yield RecordWarning(
                "moc.claim_date_before_end",
                f"/moc/boards/{position}/credit_claim_date",
                "Leave learners time to claim their credit after the activity.",
                f"credit of {entry.board} is claimed by {entry.credit_claim_date}, the activity"
                f" ends on {facts.end_date}",
                "PARS FAQ: activity statuses, Closed",
            )


def practice_assessment_format(
    facts: ActivityFacts, _around: Surroundings
) -> Iterator[RecordWarning]:
    """Notice credit for practice assessment where no practice is measured."""
    if not facts.moc_registered or facts.format == PERFORMANCE_QUALITY_IMPROVEMENT:
        return
    board, credit_type = PRACTICE_ASSESSMENT
    for position, entry in enumerate(facts.boards):
        if entry.board == board and credit_type in entry.credit_types:
            yield RecordWarning(
                "moc.practice_assessment_format",
                f"/moc/boards/{position}/credit_types",
                "Check the credit type: practice assessment goes with the format"
                f" {PERFORMANCE_QUALITY_IMPROVEMENT}.",
                f"{board} {credit_type} is chosen, the format is {facts.format}",
                "PARS FAQ: performance/quality improvement",
            )


def likely_duplicate(_facts: ActivityFacts, around: Surroundings) -> Iterator[RecordWarning]:
    """Notice records of one format and day that go by nearly the same title."""
    for other in around.alike:
        yield RecordWarning(
            LIKELY_DUPLICATE,
            "/title",
            "Check whether both records report one activity; if they do, delete one of them.",
            f"'{other.title}' ({other.activity_id}) has the same format and start date",
            "PARS FAQ: internal ID",
        )


def more_completions_than_counted(
    facts: ActivityFacts, around: Surroundings
) -> Iterator[RecordWarning]:
    """Notice a count that is below the number of learners who were reported one by one."""
    if around.completions_above_count:
        yield RecordWarning(
            MORE_COMPLETIONS,
            "/learners/physicians",
            "Check the learner counts against the completions.",
            f"more than {facts.physicians} completions of individual learners were reported",
            "PARS FAQ: activity statuses, Closed",
        )


def count_fell(facts: ActivityFacts, around: Surroundings) -> Iterator[RecordWarning]:
    """Notice cumulative counts that became less: from a year's end to the next, or to now."""
    if not around.snapshots:
        return
    for count in ("physicians", "others"):
        stages = [(f"on {row.as_of}", getattr(row, count)) for row in around.snapshots]
        stages.append(("now", getattr(facts, count)))
        counted = [(when, number) for when, number in stages if number is not None]
        for (earlier, before), (later, after) in pairwise(counted):
            if after < before:
                yield RecordWarning(
                    COUNT_FELL,
                    f"/learners/{count}",
                    "Check the counts: they are cumulative and cannot become less.",
                    f"{count} were {before} {earlier} and are {after} {later}",
                    "PARS FAQ: enduring materials, learner counts",
                )


WARNING_RULES: Final[Mapping[str, WarningRule]] = MappingProxyType(
    {
        "series.few_credits": few_series_credits,
        "learners.none": no_learners,
        "finder.url_placeholder": placeholder_url,
        "joint.is_supporter": joint_provider_is_supporter,
        "moc.credits_above_activity": moc_credits_above_activity,
        "moc.claim_date_before_end": claim_date_before_end,
        "moc.practice_assessment_format": practice_assessment_format,
        LIKELY_DUPLICATE: likely_duplicate,
        MORE_COMPLETIONS: more_completions_than_counted,
        COUNT_FELL: count_fell,
    }
)
"""Every warning by its code."""

OWN: Final = tuple(
    code for code in WARNING_RULES if code not in {LIKELY_DUPLICATE, MORE_COMPLETIONS, COUNT_FELL}
)
"""Warnings that the content of the record alone gives rise to, kept with it for lists."""

_OWN_RULES: Final = tuple((code, WARNING_RULES[code]) for code in OWN)


# Warnings point to few places, and many may point to one.
_order: Final = lru_cache(maxsize=256)(document_order)


def warnings(facts: ActivityFacts, around: Surroundings = ALONE) -> list[RecordWarning]:
    """Return everything that looks wrong about a record, in document order."""
    if not around.warn:
        return []
    found = [warning for rule in WARNING_RULES.values() for warning in rule(facts, around)]
    found.sort(key=lambda warning: _order(warning.pointer))
    return found


def own_codes(facts: ActivityFacts) -> list[str]:
    """Return the codes of the warnings that a record draws whatever lies around it."""
    return [code for code, rule in _OWN_RULES if next(rule(facts, ALONE), None) is not None]
