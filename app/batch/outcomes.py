"""What became of each record of a batch."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal, TypeAlias, get_args

from app.core.errors import ProblemError
from app.core.etag import etag

Result = Literal["created", "updated", "unchanged", "deleted", "closed", "failed", "not_run"]
RESULTS: Final[tuple[Result, ...]] = get_args(Result)

Explain: TypeAlias = Callable[[int, ProblemError], dict[str, Any]]
"""Makes the problem document of the record at this place of the batch."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one record: `told` are the members that its kind of record has.

    `refusal` is the problem that the record alone would have been answered with.
    """

    index: int
    action: str
    key: Any
    result: Result
    told: Mapping[str, Any] = field(default_factory=dict)
    version: int | None = None
    refusal: ProblemError | None = None

    def as_document(self, explain: Explain) -> dict[str, Any]:
        """Return the entry of `results`."""
        return {
            "index": self.index,
            "key": self.key,
            "action": self.action or None,
            "result": self.result,
            **self.told,
            "etag": None if self.version is None else etag(self.version),
            "problem": None if self.refusal is None else explain(self.index, self.refusal),
        }


def not_run(outcomes: Sequence[Outcome], nothing: Mapping[str, Any]) -> list[Outcome]:
    """Return the outcomes of a batch that is taken back: failures stay, the rest did not run.

    `nothing` is what is told of a record that nothing was done to.
    """
    return [
        outcome
        if outcome.refusal is not None
        else replace(outcome, result="not_run", told=nothing, version=None)
        for outcome in outcomes
    ]


def counts(outcomes: Sequence[Outcome]) -> dict[str, int]:
    """Return how many records came to each result."""
    counted = Counter(outcome.result for outcome in outcomes)
    return {result: counted[result] for result in RESULTS}
