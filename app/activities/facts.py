"""The facts of an activity: its record document, read once, as the rules look at it.

Unanswered is None, and an empty tuple for a list; empty text is unanswered. Two things
are resolved here: what is in FALL_BACK falls back from a board to the activity, and whether
a board asks for a content area is looked up in the boards.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from app.reference.boards import Board

FALL_BACK: Final = ("fee", "registration", "url")
"""What a board has of its own, else of the activity."""


@dataclass(slots=True)
class SourceFacts:
    """A commercial supporter and what it gave."""

    source: str
    monetary: bool | None
    amount: float | None
    in_kind: bool | None
    in_kind_nature: tuple[str, ...]
    received_year: int | None


@dataclass(slots=True)
class BoardFacts:
    """A registration with a specialty board, with its fallbacks resolved."""

    board: str
    practice_areas: tuple[str, ...]
    credit_types: tuple[str, ...]
    credits: float | None
    content_areas: tuple[str, ...]
    credit_claim_date: date | None
    fee: str | None
    registration: str | None
    url: str | None
    asks_content_area: bool


@dataclass(slots=True)
class ActivityFacts:
    """Everything the rules know about an activity."""

    internal_id: str | None
    title: str | None
    format: str | None
    start_date: date | None
    end_date: date | None
    delivery_methods: tuple[str, ...]
    location: str | None
    city: str | None
    state: str | None
    country: str | None
    credits: float | None
    description: str | None
    cme_finder: bool | None
    fee: str | None
    registration: str | None
    url: str | None
    providership: str | None
    joint_providers: tuple[str, ...]
    outcome_measures: tuple[str, ...]
    support_received: bool | None
    sources: tuple[SourceFacts, ...]
    physicians: int | None
    others: int | None
    moc_registered: bool
    attested_by: str | None
    attested_on: date | None
    boards: tuple[BoardFacts, ...]

    @property
    def closable_from(self) -> date | None:
        """Return the first day on which the activity has ended."""
        if self.end_date is None or self.end_date == date.max:
            return self.end_date
        return self.end_date + timedelta(days=1)


def facts_from(document: Mapping[str, Any], boards: Mapping[str, Board]) -> ActivityFacts:
    """Read the facts from a record document; a field that is left out is unanswered."""
    get = document.get
    support = get("commercial_support") or {}
    learners = get("learners") or {}
    moc = get("moc") or {}
    attestation = moc.get("attestation") or {}
    # By position, in the order of the fields: to match so many names takes a third of it all.
    return ActivityFacts(
        get("internal_id") or None,
        get("title") or None,
        get("format") or None,
        _day(get("start_date")),
        _day(get("end_date")),
        tuple(get("delivery_methods") or ()),
        get("location") or None,
        get("city") or None,
        get("state") or None,
        get("country") or None,
        get("credits"),
        get("description") or None,
        get("cme_finder"),
        get("fee") or None,
        get("registration") or None,
        get("url") or None,
        get("providership") or None,
        tuple(get("joint_providers") or ()),
        tuple([entry.get("measure") or "" for entry in get("outcome_measures") or ()]),
        support.get("received"),
        tuple([_source_from(entry) for entry in support.get("sources") or ()]),
        learners.get("physicians"),
        learners.get("others"),
        moc.get("registered") is True,
        attestation.get("attested_by") or None,
        _day(attestation.get("attested_on")),
        tuple([_board_from(entry, document, boards) for entry in moc.get("boards") or ()]),
    )


def _source_from(entry: Mapping[str, Any]) -> SourceFacts:
    get = entry.get
    return SourceFacts(
        get("source") or "",
        get("monetary"),
        get("amount"),
        get("in_kind"),
        tuple(get("in_kind_nature") or ()),
        get("received_year"),
    )


def _board_from(
    entry: Mapping[str, Any], activity: Mapping[str, Any], boards: Mapping[str, Board]
) -> BoardFacts:
    get = entry.get
    code = get("board") or ""
    board = boards.get(code)
    return BoardFacts(
        code,
        tuple(get("practice_areas") or ()),
        tuple(get("credit_types") or ()),
        get("credits"),
        tuple(get("content_areas") or ()),
        _day(get("credit_claim_date")),
        get("fee") or activity.get("fee") or None,
        get("registration") or activity.get("registration") or None,
        get("url") or activity.get("url") or None,
        board is not None and board.asks_content_area,
    )


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None
