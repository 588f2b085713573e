"""Which completions the rows of earlier chunks were about: a file says each of them once.

What an earlier row was about is kept with the results of the import. Here is only a mark
for each, so that the results are searched when there is something to be found: the ids of
completions are numbers given in order, and a thousand marks fit into the bits of one.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

from app.core.connections import Driver
from app.core.errors import ProblemError
from app.imports.outcomes import Entry
from app.imports.problems import ROW_REPEATED

_BITS: Final = 10
_REST: Final = (1 << _BITS) - 1
_CHUNKS_READ: Final = 20

_ALL: Final = """
SELECT record_ids FROM import_applied WHERE provider_id = $1 AND import_id = $2
"""
_ROWS: Final = """
SELECT one.record_id, min(one.row) FROM import_applied a,
    unnest(a.rows, a.record_ids) AS one("row", record_id)
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

    async def recall(self, driver: Driver) -> None:
        """Learn what workers before this one have saved."""
        if self._marks is not None:
            return
        self._marks = {}
        async for chunk in driver.cursor(_ALL, *self._import, prefetch=_CHUNKS_READ):
            self._mark(chunk[0])

    def note(self, entries: Iterable[Entry]) -> None:
        """Note what rows were about that are saved now."""
        saved = [entry for entry in entries if entry.outcome != "rejected"]
        ids = [entry.record_id for entry in saved]
        self._mark(ids)
        if None in ids or any(entry.outcome == "deleted" for entry in saved):
            for entry in saved:
                if entry.record_id is None or entry.outcome == "deleted":
                    self.note_gone(entry)

    def note_gone(self, entry: Entry) -> None:
        """Note the credit of a row that leaves no completion behind."""
        self._gone.setdefault(hash(entry.label), entry.row.number)

    def gone(self, entry: Entry) -> int | None:
        """Return the earlier row about a credit of which nothing is left."""
        return self._gone.get(hash(entry.label)) if self._gone else None

    def not_gone(self, entries: Sequence[Entry], places: list[int]) -> list[int]:
        """Return the places of entries about whose credits there was no such row."""
        if not self._gone:
            return places
        return [place for place in places if self.gone(entries[place]) is None]

    def met(self, completion_ids: Iterable[str | None]) -> set[str]:
        """Return which of these completions earlier rows were about."""
        marks = self._marks or {}
        found = {
            place for place, bits in _bits(completion_ids).items() if bits & marks.get(place, 0)
        }
        if not found:
            return set()
        return {
            one
            for one in completion_ids
            if one is not None and marks.get(int(one) >> _BITS, 0) >> (int(one) & _REST) & 1
        }

    async def rows_about(self, driver: Driver, completions: Collection[str]) -> dict[str, int]:
        """Return which rows were about these completions."""
        met = self.met(completions)
        found = await driver.fetch(_ROWS, *self._import, list(met)) if met else []
        return dict(map(tuple, found))

    def _mark(self, completion_ids: Iterable[str | None]) -> None:
        marks: dict[int, int] = {} if self._marks is None else self._marks
        for place, bits in _bits(completion_ids).items():
            marks[place] = marks.get(place, 0) | bits
        self._marks = marks


def repeated(earlier: int) -> ProblemError:
    """Return the refusal of a row about what an earlier row was about."""
    return ProblemError(ROW_REPEATED, f"Row {earlier} of the file is about the same credit.")


def _bits(completion_ids: Iterable[str | None]) -> dict[int, int]:
    """Return marks: by the front of a number, a bit for each number's rest."""
    ids = {one for one in completion_ids if one is not None}
    if not ids:
        return {}
    # All have as many digits: the least and the largest number are so as texts too.
    first, last = int(min(ids)), int(max(ids))
    if last - first == len(ids) - 1:
        return dict(_bits_of_run(first, last))
    bits: dict[int, int] = {}
    for number in map(int, ids):
        place = number >> _BITS
        bits[place] = bits.get(place, 0) | 1 << (number & _REST)
    return bits


def _bits_of_run(first: int, last: int) -> Iterator[tuple[int, int]]:
    """Give the marks of numbers without a gap, as they are given to the rows of a chunk."""
    for place in range(first >> _BITS, (last >> _BITS) + 1):
        begin = max(first, place << _BITS) & _REST
        end = min(last, (place << _BITS) + _REST) & _REST
        yield place, (1 << (end - begin + 1)) - 1 << begin
