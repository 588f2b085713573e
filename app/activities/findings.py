"""What a rule on a record's own consistency finds: a contradiction, and where it read it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from app.activities.facts import ActivityFacts
from app.core.errors import ErrorCode
from app.reference.boards import Board


@dataclass(frozen=True, slots=True)
class Context:
    """What a record is held against: whose it is, who sends it, which boards there are."""

    provider_id: str
    machine: bool
    boards: Mapping[str, Board]


@dataclass(frozen=True, slots=True)
class Finding:
    """One contradiction, at `pointer`. `reads` names the other fields it was found by."""

    kind: ErrorCode
    pointer: str
    message: str
    reads: tuple[str, ...] = ()
    did_you_mean: tuple[str, ...] = ()
    source: str | None = None


Rule: TypeAlias = Callable[[ActivityFacts, Context], Iterator[Finding]]
"""Finds the contradictions of one kind in a record."""


def named(values: tuple[str, ...]) -> str:
    """Return values as a person lists them: 'a', 'b' or 'c'."""
    quoted = [f"'{value}'" for value in values]
    return " or ".join(filter(None, (", ".join(quoted[:-1]), *quoted[-1:])))
