"""THE requirement table: what each status needs of an activity.

It drives status, the missing-report, the close guard, the published matrix and the
generated tests; a row stands here and nowhere else. The rows come by status, within a
status in document order. Each code is an error code too: 422 for the four Draft fields,
without which a write is refused, and 409 for the rest, which only keep a record from a
later status. The table is held against the facts and the document when it is imported.
"""

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

from app.activities.circumstances import (
    BOARD,
    BOARD_WITH_CONTENT_AREAS,
    DATED,
    DELIVERED,
    HELD_IN_PERSON,
    HELD_IN_THE_USA,
    JOINT,
    LISTED,
    MONETARY_SUPPORTER,
    REGISTERED_FOR_MOC,
    SUPPORTED,
    SUPPORTER,
)
from app.activities.facts import ActivityFacts, BoardFacts, SourceFacts
from app.activities.lifecycle import Status
from app.activities.record_document import fits
from app.core.errors import ErrorCode, declare
from app.rules import AllOf, AnyOf, Is, Not, NotEmpty, Passed, Present, Requirement, check_table


def _passage(status: Status) -> str:
    return f"PARS FAQ: activity statuses, {status.label}"


_draft = partial(Requirement, blocks=Status.DRAFT, source=_passage(Status.DRAFT))
_active = partial(Requirement, blocks=Status.ACTIVE, source=_passage(Status.ACTIVE))
_ready_to_close = partial(
    Requirement, blocks=Status.READY_TO_CLOSE, source=_passage(Status.READY_TO_CLOSE)
)
_closed = partial(Requirement, blocks=Status.CLOSED, source=_passage(Status.CLOSED))

ENDED = Passed("end_date")
"""What tells Ready to Close from Active: the calendar alone."""

REQUIREMENTS: tuple[Requirement[Status], ...] = (
    _draft("activity.title", "/title", Present("title"), "Give the activity a title."),
    _draft("activity.format", "/format", Present("format"), "Choose the format of the activity."),
    _draft("activity.start_date", "/start_date", Present("start_date"), "Give the day it starts."),
    _draft("activity.end_date", "/end_date", Present("end_date"), "Give the day it ends."),
    _active(
        "activity.not_ended",
        "/end_date",
        Not(ENDED),
        "Move the end date to today or later.",
        when=DATED,
        detail="The activity ended on {record.end_date}: it is past Active. To make it active"
        " again, move the end date to today or later.",
        only=True,
    ),
    _active(
        "activity.delivery_methods",
        "/delivery_methods",
        NotEmpty("delivery_methods"),
        "Choose at least one delivery method.",
        when=DELIVERED,
    ),
    _active(
        "activity.location",
        "/location",
        Present("location"),
        "Name the place where it is held.",
        when=HELD_IN_PERSON,
    ),
    _active("activity.city", "/city", Present("city"), "Name the city.", when=HELD_IN_PERSON),
    _active("activity.state", "/state", Present("state"), "Name the state.", when=HELD_IN_THE_USA),
    _active(
        "activity.country", "/country", Present("country"), "Name the country.", when=HELD_IN_PERSON
    ),
    _active(
        "activity.credits",
        "/credits",
        Present("credits"),
        "State the amount of AMA PRA Category 1 Credit.",
    ),
    _active(
        "activity.description", "/description", Present("description"), "Describe the activity."
    ),
    _active(
        "activity.cme_finder",
        "/cme_finder",
        Present("cme_finder"),
        "Say whether the CME Finder lists the activity: yes or no.",
    ),
    _active(
        "finder.fee",
        "/fee",
        Present("fee"),
        "Say whether there is a fee: yes, free or variable.",
        when=LISTED,
    ),
    _active(
        "finder.registration",
        "/registration",
        Present("registration"),
        "Say whether registration is open or limited.",
        when=LISTED,
    ),
    _active(
        "finder.url", "/url", Present("url"), "Give the web address of the activity.", when=LISTED
    ),
    _active(
        "activity.providership",
        "/providership",
        Present("providership"),
        "Say whether the activity is provided directly or jointly: direct or joint.",
    ),
    _ready_to_close(
        "activity.ended",
        "/end_date",
        ENDED,
        "Wait until the activity has ended.",
        when=DATED,
        detail="The activity ends on {record.end_date}; it can be closed from"
        " {record.closable_from} on.",
    ),
    _closed(
        "moc.internal_id",
        "/internal_id",
        Present("internal_id"),
        "Give the activity an internal id, a code of your own.",
        when=REGISTERED_FOR_MOC,
    ),
    _closed(
        "joint.name",
        "/joint_providers",
        NotEmpty("joint_providers"),
        "Name at least one joint provider.",
        when=JOINT,
    ),
    _closed(
        "outcomes.measure",
        "/outcome_measures",
        NotEmpty("outcome_measures"),
        "Choose at least one outcome measure.",
    ),
    _closed(
        "support.answered",
        "/commercial_support/received",
        Present("support_received"),
        "Say whether commercial support was received, also by a joint provider: yes or no.",
    ),
    _closed(
        "support.source",
        "/commercial_support/sources",
        NotEmpty("sources"),
        "Name at least one source of the commercial support.",
        when=SUPPORTED,
    ),
    _closed(
        "support.kind",
        "/commercial_support/sources/{i}/monetary",
        AnyOf((Is("monetary", value=True), Is("in_kind", value=True))),
        "Say whether the support was monetary, in kind, or both.",
        when=SUPPORTER,
    ),
    _closed(
        "support.amount",
        "/commercial_support/sources/{i}/amount",
        Present("amount"),
        "State the amount of the monetary support in US dollars.",
        when=MONETARY_SUPPORTER,
    ),
    _closed(
        "learners.physicians",
        "/learners/physicians",
        Present("physicians"),
        "State the total of physician learners; 0 if there were none.",
    ),
    _closed(
        "learners.others",
        "/learners/others",
        Present("others"),
        "State the total of other learners; 0 if there were none.",
    ),
    _closed(
        "moc.attestation",
        "/moc/attestation",
        AllOf((Present("attested_by"), Present("attested_on"))),
        "Complete the MOC attestation: who attests, and on which day.",
        when=REGISTERED_FOR_MOC,
    ),
    _closed(
        "moc.board",
        "/moc/boards",
        NotEmpty("boards"),
        "Choose at least one board.",
        when=REGISTERED_FOR_MOC,
    ),
    _closed(
        "moc.practice_area",
        "/moc/boards/{i}/practice_areas",
        NotEmpty("practice_areas"),
        "Choose at least one practice area of the board.",
        when=BOARD,
    ),
    _closed(
        "moc.credit_type",
        "/moc/boards/{i}/credit_types",
        NotEmpty("credit_types"),
        "Choose at least one credit type of the board.",
        when=BOARD,
    ),
    _closed(
        "moc.credits",
        "/moc/boards/{i}/credits",
        Present("credits"),
        "State the amount of MOC credit.",
        when=BOARD,
    ),
    _closed(
        "moc.content_area",
        "/moc/boards/{i}/content_areas",
        NotEmpty("content_areas"),
        "Name at least one content area of the board's outline.",
        when=BOARD_WITH_CONTENT_AREAS,
    ),
    _closed(
        "moc.claim_date",
        "/moc/boards/{i}/credit_claim_date",
        Present("credit_claim_date"),
        "Give the day by which learners claim the MOC credit.",
        when=BOARD,
    ),
    _closed(
        "moc.fee",
        "/moc/boards/{i}/fee",
        Present("fee"),
        "Say whether there is a fee, for the activity or for this board alone:"
        " yes, free or variable.",
        when=BOARD,
    ),
    _closed(
        "moc.registration",
        "/moc/boards/{i}/registration",
        Present("registration"),
        "Say whether registration is open or limited, for the activity or for this board alone.",
        when=BOARD,
    ),
    _closed(
        "moc.url",
        "/moc/boards/{i}/url",
        Present("url"),
        "Give the web address of the activity, or one for this board alone; MOC needs it"
        " even when cme_finder is no.",
        when=BOARD,
    ),
)


def _error_code_of(row: Requirement[Status]) -> ErrorCode:
    status = 422 if row.blocks is Status.DRAFT else 409
    reach = f"{row.blocks.label} alone" if row.only else f"{row.blocks.label} on"
    title = f"{row.pointer} is asked for, from {reach}: {row.when.words}"
    return declare(row.code, status, title, row.text)


check_table(REQUIREMENTS, ActivityFacts, {"sources": SourceFacts, "boards": BoardFacts}, fits)

REQUIREMENT_CODES: Mapping[str, ErrorCode] = MappingProxyType(
    {row.code: _error_code_of(row) for row in REQUIREMENTS}
)
