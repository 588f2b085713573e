"""The table of what became of the writes, fault by fault."""

from collections.abc import Sequence
from typing import Final

from tests.faults.scenarios import SECONDS_TO_RECOVER, Outcome

HEAD: Final = (
    ("Fault", 42),
    ("strikes", 7),
    ("sent", 7),
    ("acknowledged", 12),
    ("ambiguous", 9),
    ("refused", 7),
    ("lost", 4),
    ("recovered in", 12),
    ("longest silence", 15),
)


def as_table(outcomes: Sequence[Outcome], *, head: bool) -> str:
    """Return outcomes as rows of a table that reads as Markdown and as plain text."""
    rows = [_row([outcome.title, *_numbers(outcome)]) for outcome in outcomes]
    if head:
        line = "|".join(
            [
                "",
                *("-" * (width + 1) + (":" if at else "-") for at, (_, width) in enumerate(HEAD)),
                "",
            ]
        )
        rows = [_row([name for name, _ in HEAD]), line, *rows]
    return "\n".join(rows)


def total(outcomes: Sequence[Outcome]) -> Outcome:
    """Return the sum of all, and the slowest recovery."""
    return Outcome(
        title="all",
        strikes=sum(one.strikes for one in outcomes),
        sent=sum(one.sent for one in outcomes),
        acknowledged=sum(one.acknowledged for one in outcomes),
        ambiguous=sum(one.ambiguous for one in outcomes),
        refused=sum(one.refused for one in outcomes),
        recovered_in=max((one.recovered_in for one in outcomes), default=0),
        longest_silence=max((one.longest_silence for one in outcomes), default=0),
        broken=[breach for one in outcomes for breach in one.broken],
    )


def complaints(outcomes: Sequence[Outcome]) -> str:
    """Return every promise that was broken, in words."""
    lines = []
    for one in outcomes:
        if one.recovered_in > SECONDS_TO_RECOVER:
            lines.append(f"{one.title}: it took {one.recovered_in:.1f} s to recover")
        lines += [
            f"{one.title}: not {promise}: {about}: {words}" for promise, about, words in one.broken
        ]
    return "\n".join(lines)


def _numbers(one: Outcome) -> list[str]:
    counts = (one.strikes, one.sent, one.acknowledged, one.ambiguous, one.refused, one.lost)
    return [
        *(f"{count:,}" for count in counts),
        f"{one.recovered_in:.2f} s",
        f"{one.longest_silence:.2f} s",
    ]


def _row(cells: Sequence[str]) -> str:
    padded = [
        cell.rjust(width) if at else cell.ljust(width)
        for at, (cell, (_, width)) in enumerate(zip(cells, HEAD, strict=True))
    ]
    return "| " + " | ".join(padded) + " |"
