"""The catalogue of error codes as a document for people: openapi/errors.md."""

from collections.abc import Iterable
from http import HTTPStatus
from itertools import groupby

from app.core.errors import CATALOGUE, ErrorCode


def codes() -> list[ErrorCode]:
    """Return every code that is declared, by status and then by name."""
    return sorted(CATALOGUE.values(), key=lambda kind: (kind.status, kind.code))


def markdown() -> str:
    """Return the catalogue as Markdown. Every room must be imported, to have declared its codes."""
    parts = [
        "# Error codes",
        "",
        "Generated from the code; change it there. Every error is a problem document (RFC 9457),",
        "and `/problems/{code}` of a running server explains its code.",
    ]
    for status, kinds in groupby(codes(), key=lambda kind: kind.status):
        parts += ["", f"## {status} {HTTPStatus(status).phrase}", "", *_table(kinds)]
    return "\n".join(parts) + "\n"


def _table(kinds: Iterable[ErrorCode]) -> Iterable[str]:
    yield "| Code | What happened | What would be right |"
    yield "|---|---|---|"
    for kind in kinds:
        yield f"| `{kind.code}` | {_cell(kind.title)} | {_cell(kind.remedy)} |"


def _cell(words: str) -> str:
    return words.replace("|", "\\|")
