"""Judging records in tests, with the boards that the system starts with."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import app.reference
from app.activities.consistency import violations
from app.activities.facts import ActivityFacts, facts_from
from app.activities.status import Judgement, Missing, Status, judge, missing
from app.core.errors import Violation
from app.reference.boards import Board, board_from
from tests.builders import Document

TODAY = date(2026, 11, 22)
PROVIDER = "0000001"

_BOARDS_FILE = Path(app.reference.__file__).parent / "moc_boards.json"
BOARDS: Mapping[str, Board] = {
    document["code"]: board_from(document)
    for document in json.loads(_BOARDS_FILE.read_text(encoding="utf-8"))["boards"]
}


def facts(document: Document) -> ActivityFacts:
    """Return the facts of a document."""
    return facts_from(document, BOARDS)


def judged(document: Document, *, closed: bool = False, today: date = TODAY) -> Judgement:
    """Judge a document as the service does."""
    return judge(facts(document), closed=closed, today=today)


def lacking(document: Document, up_to: Status = Status.CLOSED) -> list[str]:
    """Return the codes of everything a document lacks up to a status."""
    return codes(missing(facts(document), up_to, TODAY))


def codes(items: Iterable[Missing]) -> list[str]:
    """Return the codes of what is missing."""
    return [item.code for item in items]


def refused(
    document: Document, *, machine: bool = True, already: Iterable[str] = ()
) -> list[Violation]:
    """Return everything about a document that refuses a write."""
    return violations(
        document, facts(document), PROVIDER, BOARDS, machine=machine, refused=frozenset(already)
    )
