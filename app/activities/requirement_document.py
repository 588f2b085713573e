"""The requirement table and the formats, published: for people and as data."""

from collections.abc import Iterable, Iterator
from typing import Any

from app.activities.formats import FORMATS
from app.activities.lifecycle import Status
from app.activities.requirements import REQUIREMENTS
from app.rules import Requirement

_INTRODUCTION = """\
# What each status needs

Generated from the requirement table in `app/activities/requirements.py`; a change there
shows here. The status of an activity is derived from its record: each status needs what
stands under it and under those before it. `{i}` is the position in a list.
"""

_NOTES = {
    Status.DRAFT: "Without these a record is refused (422).",
    Status.ACTIVE: "A record that lacks one of these is a draft.",
    Status.READY_TO_CLOSE: "The same fields as Active; the calendar alone makes the difference.",
    Status.CLOSED: "Closing is a deed: it is refused (409) with everything that is missing.",
}


def requirement_rows() -> list[dict[str, Any]]:
    """Return the requirement table as data, one object for each row."""
    return [
        {
            "code": row.code,
            "blocks": row.blocks.value,
            "only_for_this_status": row.only,
            "pointer": row.pointer,
            "each": row.when.each,
            "needed_when": row.when.words,
            "text": row.text,
            "source": row.source,
        }
        for row in REQUIREMENTS
    ]


def markdown() -> str:
    """Return the published matrix: every requirement by status, and the formats."""
    return "\n".join([_INTRODUCTION, *_status_sections(), *_formats_section()])


def _status_sections() -> Iterator[str]:
    for status in Status:
        rows = [row for row in REQUIREMENTS if row.blocks is status]
        yield f"## {status.label}\n"
        yield f"{_NOTES[status]}\n"
        yield _table(("Code", "Field", "Needed", "What to do"), map(_cells, rows))
        sources = dict.fromkeys(row.source for row in rows)
        yield f"Source: {'; '.join(sources)}.\n"


def _cells(row: Requirement[Status]) -> tuple[str, ...]:
    needed = f"{row.when.words}; for {row.blocks.label} alone" if row.only else row.when.words
    return f"`{row.code}`", f"`{row.pointer}`", needed, row.text


def _formats_section() -> Iterator[str]:
    yield "## Formats\n"
    yield (
        "A record runs until the day before the anniversary of its start at the latest. One\n"
        "that starts on 29 February ends on 28 February at the latest.\n"
    )
    yield _table(
        ("Format", "Longest", "Delivery methods", "One record is", "Credit is", "Learners count"),
        (
            (
                f"`{row.code}`",
                row.max_period,
                ", ".join(f"`{method}`" for method in row.delivery_methods) or "-",
                row.unit,
                row.credit,
                row.counting,
            )
            for row in FORMATS.values()
        ),
    )


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = (head, tuple("---" for _ in head), *rows)
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
