"""The boards that the system starts with, as rows of their table."""

import json
from dataclasses import asdict
from importlib.resources import files
from typing import Any, Final

from app.reference.boards import Board, board_from

BOARDS_FILE: Final = files("app.reference") / "moc_boards.json"


def board_rows() -> list[dict[str, Any]]:
    """Return one row of `moc_boards` for every board that the package knows."""
    documents = json.loads(BOARDS_FILE.read_text(encoding="utf-8"))["boards"]
    return [_row(board_from(document)) for document in documents]


def _row(board: Board) -> dict[str, Any]:
    rule = board.content_areas
    return {
        "board": board.code,
        "name": board.name,
        "credit_types": list(board.credit_types),
        "practice_areas": list(board.practice_areas),
        "content_areas": None if rule is None else asdict(rule),
        "content_areas_required": board.asks_content_area,
        "in_effect_from": board.in_effect_from,
        "in_effect_to": board.in_effect_to,
        "exclusive_credit_types": [list(pair) for pair in board.exclusive_credit_types],
        "lists": board.lists,
    }
