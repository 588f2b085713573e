"""The MOC of a record as clients read it, and what of that is theirs to say."""

from collections.abc import Mapping
from typing import Any, Final

from app.activities.facts import FALL_BACK
from app.activities.repository import Record
from app.activities.surroundings import surroundings_of

_RESOLVED: Final = "resolved"
_TEXT_VERSION: Final = "text_version"


def moc_section(record: Record) -> Record:
    """Return the MOC of a stored record: each board resolved, the attestation with its text."""
    moc = record["moc"]
    attestation = moc["attestation"]
    if attestation is not None:
        text_version = surroundings_of(record).attestation_text_version
        attestation = {**attestation, _TEXT_VERSION: text_version}
    boards = [{**board, _RESOLVED: resolved(board, record)} for board in moc["boards"]]
    return {"registered": moc["registered"], "attestation": attestation, "boards": boards}


def resolved(board: Mapping[str, Any], activity: Mapping[str, Any]) -> Record:
    """Return what holds for a board, and whether that is its own value or the activity's."""
    return {name: _resolved(name, board, activity) for name in FALL_BACK}


def _resolved(name: str, board: Mapping[str, Any], activity: Mapping[str, Any]) -> Record:
    for origin, owner in (("board", board), ("activity", activity)):
        if owner[name] is not None:
            return {"value": owner[name], "origin": origin}
    return {"value": None, "origin": None}


def position_of(board: str, record: Record) -> int | None:
    """Return where a board stands among the registrations of a stored record."""
    codes = [entry["board"] for entry in record["moc"]["boards"]]
    return codes.index(board) if board in codes else None


def take_out_served(said: Record) -> tuple[Record, Record]:
    """Part a sent section from the server's fields inside of it, which are named by place."""
    served: Record = {}
    moc = dict(said)
    attestation = moc.get("attestation")
    if isinstance(attestation, dict) and _TEXT_VERSION in attestation:
        moc["attestation"], version = _without(attestation, _TEXT_VERSION)
        served[f"attestation/{_TEXT_VERSION}"] = version
    boards = moc.get("boards")
    if isinstance(boards, list):
        moc["boards"] = list(boards)
        for place, board in enumerate(boards):
            if isinstance(board, dict) and _RESOLVED in board:
                moc["boards"][place], was = _without(board, _RESOLVED)
                served[f"boards/{place}/{_RESOLVED}"] = was
    return moc, served


def served_now(sent: Record, current: Record) -> Record:
    """Return what the server's fields inside a sent section are now, named by place there.

    A registration is known by its board, wherever it stands in what was sent.
    """
    section = moc_section(current)
    attestation = section["attestation"] or {}
    now: Record = {f"attestation/{_TEXT_VERSION}": attestation.get(_TEXT_VERSION)}
    known = {board["board"]: board[_RESOLVED] for board in section["boards"]}
    boards = sent.get("boards")
    for place, board in enumerate(boards if isinstance(boards, list) else ()):
        code = board.get("board") if isinstance(board, dict) else None
        if isinstance(code, str) and code in known:
            now[f"boards/{place}/{_RESOLVED}"] = known[code]
    return now


def _without(document: Record, name: str) -> tuple[Record, Any]:
    return {key: value for key, value in document.items() if key != name}, document[name]
