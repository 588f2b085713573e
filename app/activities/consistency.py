"""The rules that refuse a write: what no record may say, whatever its status.

Each rule stands in the file of its subject. It names the fields it read, so that a field
the schema refused already is not blamed a second time through its absence.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from itertools import islice
from typing import Any

from app.activities.facts import ActivityFacts
from app.activities.findings import Context, Finding, Rule
from app.activities.internal_id_rules import internal_id_is_provider_id, internal_id_required
from app.activities.lifecycle import Status
from app.activities.moc_rules import boards_known, choices_known
from app.activities.period_rules import (
    date_order,
    delivery_method_not_applicable,
    period_too_long,
)
from app.activities.place_rules import country_unknown, state_unknown
from app.activities.record_document import document_order, value_at
from app.activities.requirements import REQUIREMENT_CODES
from app.activities.status import missing
from app.activities.support_rules import (
    details_of_another_kind,
    measure_twice,
    received_year,
    sources_without_support,
)
from app.core.errors import MOST_VIOLATIONS, Violation
from app.reference.boards import Board


def draft_fields(facts: ActivityFacts, _context: Context) -> Iterator[Finding]:
    """Find which of the four fields of a draft are not there."""
    # No Draft row looks at the calendar, so any day will do.
    for item in missing(facts, Status.DRAFT, date.min):
        yield Finding(REQUIREMENT_CODES[item.code], item.pointer, item.text, source=item.source)


RULES: tuple[Rule, ...] = (
    draft_fields,
    date_order,
    period_too_long,
    delivery_method_not_applicable,
    country_unknown,
    state_unknown,
    internal_id_required,
    internal_id_is_provider_id,
    sources_without_support,
    details_of_another_kind,
    received_year,
    measure_twice,
    boards_known,
    choices_known,
)


def violations(  # noqa: PLR0913 - what a record is held against, each by its own name
    document: Mapping[str, Any],
    facts: ActivityFacts,
    provider_id: str,
    boards: Mapping[str, Board],
    *,
    machine: bool = True,
    refused: Collection[str] = (),
) -> list[Violation]:
    """Return everything that no record may say, in document order, at most 100.

    `refused` are the pointers the schema refused: the document must come without their
    values, and nothing that depends on them is reported.
    """
    context = Context(provider_id, machine, boards)
    found = (finding for rule in RULES for finding in rule(facts, context))
    if refused:
        found = (finding for finding in found if not _depends_on(finding, refused))
    findings = sorted(
        islice(found, MOST_VIOLATIONS), key=lambda finding: document_order(finding.pointer)
    )
    return [
        Violation(
            finding.kind,
            finding.pointer,
            finding.message,
            value=value_at(document, finding.pointer),
            did_you_mean=finding.did_you_mean,
            source=finding.source,
        )
        for finding in findings
    ]


def _depends_on(finding: Finding, refused: Collection[str]) -> bool:
    """Say whether a refused pointer lies at, above or below one that the finding rests on."""
    return any(
        f"{read}/".startswith(f"{pointer}/") or f"{pointer}/".startswith(f"{read}/")
        for read in (finding.pointer, *finding.reads)
        for pointer in refused
    )
