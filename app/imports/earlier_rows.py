"""Which completions the rows of earlier chunks were about: a file says each of them once.

What an earlier row was about is kept with the results of the import. Here is only a mark
for each, so that the results are searched when there is something to be found: the ids of
completions are numbers given in order, and a thousand marks fit into the bits of one.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

from app.core.connections import Driver
from app.core.errors import ProblemError
from app.imports.outcomes import Entry, Run
from app.imports.problems import ROW_REPEATED
from app.learners.completion_submission import BoardDay

_BITS: Final = 10
_REST: Final = (1 << _BITS) - 1
_CHUNKS_READ: Final = 20

_ALL: Final = """
SELECT record_ids, lengths FROM import_applied WHERE provider_id = $1 AND import_id = $2
"""
_ROWS: Final = """
SELECT one.record_id, min(one.row) FROM import_applied a, LATERAL (
    SELECT run.row + place AS row, CASE WHEN run.length > 1
        THEN (run.record_id::bigint + place)::text ELSE run.record_id END AS record_id
    FROM unnest(a.rows, a.lengths, a.record_ids) AS run("row", length, record_id),
        generate_series(0, coalesce(run.length, 1) - 1) AS place
) one
WHERE a.provider_id = $1 AND a.import_id = $2 AND one.record_id = ANY ($3::text[])
GROUP BY one.record_id
"""


class EarlierRows:
    """Knows what the rows of one import were about, as far as they are saved."""

    def __init__(self, provider_id: str, import_id: str) -> None:
        self._import = (provider_id, import_id)
        self._marks: dict[int, int] | None = None
        # Completions that are gone again have left nothing to be found by.
        self._gone: dict[int, int] = {}
        self._takers: dict[int, int] = {}

    async def recall(self, driver: Driver) -> None:
        """Learn what workers before this one have saved."""
        if self._marks is not None:
            return
        self._marks = {}
        async for ids, lengths in driver.cursor(_ALL, *self._import, prefetch=_CHUNKS_READ):
            for record_id, length in zip(ids, lengths or [1] * len(ids), strict=True):
                if record_id is not None:
                    self._mark(record_id, length)

    def note(self, entries: Sequence[Entry], applied: Iterable[Run]) -> None:
        """Note what the rows of a chunk were about that are saved now."""
        first = entries[0].row.number
        for run in applied:
            if run.record_id is not None and run.outcome != "deleted":
                self._mark(run.record_id, run.length)
                continue
            for entry in entries[run.row - first : run.row - first + run.length]:
                self.note_gone(entry)

    def note_gone(self, entry: Entry) -> None:
        """Note the credit of a row that leaves no completion behind."""
        self._gone.setdefault(hash(entry.label), entry.row.number)

    def gone(self, entry: Entry) -> int | None:
        """Return the earlier row about a credit of which nothing is left."""
        return self._gone.get(hash(entry.label)) if self._gone else None

    def taker(self, activity_id: str, day: BoardDay, row: int) -> int:
        """Return which row of this trial took a day first, this one if no other did.

        A trial leaves no day in the database. One that another worker goes on with does not
        know those of the rows before.
        """
        return self._takers.setdefault(hash((activity_id, day)), row)

    def not_gone(self, entries: Sequence[Entry], places: list[int]) -> list[int]:
        """Return the places of entries about whose credits there was no such row."""
        if not self._gone:
            return places
        return [place for place in places if self.gone(entries[place]) is None]

    def met(self, completion_id: str | None, length: int = 1) -> bool:
        """Tell whether earlier rows were about any of the completions numbered from this one."""
        marks = self._marks or {}
        return completion_id is not None and any(
            bits & marks.get(place, 0) for place, bits in _bits(completion_id, length)
        )

    async def rows_about(self, driver: Driver, completions: Collection[str]) -> dict[str, int]:
        """Return which rows were about these completions."""
        met = list(filter(self.met, completions))
        found = await driver.fetch(_ROWS, *self._import, met) if met else []
        return dict(map(tuple, found))

    def _mark(self, completion_id: str, length: int) -> None:
        marks: dict[int, int] = {} if self._marks is None else self._marks
        for place, bits in _bits(completion_id, length):
            marks[place] = marks.get(place, 0) | bits
        self._marks = marks


def repeated(earlier: int) -> ProblemError:
    """Return the refusal of a row about what an earlier row was about."""
    return ProblemError(ROW_REPEATED, f"Row {earlier} of the file is about the same credit.")


def _bits(completion_id: str, length: int) -> Iterator[tuple[int, int]]:
    """Give the marks of completions in a run: the front of their numbers, a bit for each rest."""
    first = int(completion_id)
    last = first + length - 1
    for place in range(first >> _BITS, (last >> _BITS) + 1):
        begin = max(first, place << _BITS) & _REST
        end = min(last, (place << _BITS) + _REST) & _REST
        yield place, (1 << (end - begin + 1)) - 1 << begin
