"""What becomes of a row."""

from dataclasses import dataclass
from typing import Literal

from app.core.errors import ProblemError
from app.imports.readers.rows import SentRow, Understood

Outcome = Literal["created", "updated", "unchanged", "deleted", "rejected"]


@dataclass(slots=True)
class Entry:
    """A row on its way: what was sent, what it asks for, and what became of it.

    `sound` rows are valid in themselves and wait to be saved. `label` names the record for
    a person, `children` says how many parts go with it.
    """

    row: SentRow
    understood: Understood | None = None
    sound: bool = False
    outcome: Outcome | None = None
    record_id: str | None = None
    problem: ProblemError | None = None
    label: str | None = None
    children: int = 0

    def reject(self, problem: ProblemError) -> None:
        """Refuse the row; nothing of it is saved."""
        self.outcome = "rejected"
        self.problem = problem

    def apply(self, outcome: Outcome, record_id: str | None) -> None:
        """Note that the row was taken in."""
        self.outcome = outcome
        self.record_id = record_id
