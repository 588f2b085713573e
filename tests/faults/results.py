"""The table of what became of the writes, fault by fault."""

from collections.abc import Sequence
from itertools import chain
from typing import Final

from tests.faults.scenarios import SECONDS_TO_RECOVER, Outcome

HEAD: Final = (
    ("Fault", 40),
    ("strikes", 7),
    ("sent", 7),
    ("acknowledged", 12),
    ("ambiguous", 9),
    ("refused", 7),
    ("lost", 4),
    ("recovered in", 12),
    ("longest silence", 15),
)


def heading() -> str:
    """Return the head of the table, which reads as Markdown and as plain text."""
    bars = ["-" * 41 + "-", *("-" * (width + 1) + ":" for _, width in HEAD[1:])]
    return f"{_row([name for name, _ in HEAD])}\n|{'|'.join(bars)}|"


def line(one: Outcome) -> str:
    """Return an outcome as a line of the table."""
    counts = (one.strikes, one.sent, one.acknowledged, one.ambiguous, one.refused, one.lost)
    times = (one.recovered_in, one.longest_silence)
    return _row([one.title, *(f"{count:,}" for count in counts), *(f"{at:.2f} s" for at in times)])


def total(outcomes: Sequence[Outcome]) -> Outcome:
    """Return the sum of all, with the slowest recovery."""
    return Outcome(
        title="all",
        strikes=sum(one.strikes for one in outcomes),
        sent=sum(one.sent for one in outcomes),
        acknowledged=sum(one.acknowledged for one in outcomes),
        ambiguous=sum(one.ambiguous for one in outcomes),
        refused=sum(one.refused for one in outcomes),
        recovered_in=max(one.recovered_in for one in outcomes),
        longest_silence=max(one.longest_silence for one in outcomes),
        broken=list(chain.from_iterable(one.broken for one in outcomes)),
    )


def complaints(one: Outcome) -> list[str]:
    """Return every promise that was broken, in words."""
    late = one.recovered_in > SECONDS_TO_RECOVER
    return [
        *([f"It took {one.recovered_in:.1f} s until a write was acknowledged."] if late else []),
        *(f"Not kept: {promise}: {about}: {words}" for promise, about, words in one.broken),
    ]


def _row(cells: Sequence[str]) -> str:
    padded = [
        cell.rjust(width) if place else cell.ljust(width)
        for place, (cell, (_, width)) in enumerate(zip(cells, HEAD, strict=True))
    ]
    return f"| {' | '.join(padded)} |"
