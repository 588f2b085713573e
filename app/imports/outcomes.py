"""What becomes of a row."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

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


class Run(NamedTuple):
    """Rows that follow each other and came to the same end; the ids of their records do, too."""

    row: int
    length: int
    outcome: Outcome
    record_id: str | None


def runs_of(outcome: Outcome, rows: Sequence[int], record_ids: Sequence[str]) -> list[Run]:
    """Return rows that came to one end as runs; each row and each record is there once."""
    if not rows:
        return []
    # All ids have as many digits: in the order of the texts they are so as numbers, too.
    if _are_one_run(rows, int(record_ids[-1]) - int(record_ids[0]), record_ids):
        return [Run(rows[0], len(rows), outcome, record_ids[0])]
    records = sorted(zip(rows, record_ids, strict=True))
    runs: list[Run] = []
    begin = 0
    for at in range(1, len(records) + 1):
        length = at - begin
        row, record_id = records[begin]
        if at == len(records) or not _follows(records[at], row + length, int(record_id) + length):
            runs.append(Run(row, length, outcome, record_id))
            begin = at
    return runs


def _are_one_run(rows: Sequence[int], numbers: int, record_ids: Sequence[str]) -> bool:
    last = len(rows) - 1
    return (
        rows[last] - rows[0] == numbers == last
        and sorted(rows) == list(rows)
        and sorted(record_ids) == list(record_ids)
    )


def _follows(record: tuple[int, str], row: int, number: int) -> bool:
    return record[0] == row and int(record[1]) == number
