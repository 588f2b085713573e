"""What the taking in of a chunk needs of each kind of record."""

from collections.abc import Sequence
from typing import Protocol

from app.core.database import Transaction
from app.imports.outcomes import Entry, Run
from app.imports.readers.rows import Reader, Understood
from app.imports.reading_ahead import ReadingAhead


class Saving(Protocol):
    """Judges and saves rows of one kind of record."""

    def read_together(self, reader: Reader, entries: Sequence[Entry]) -> Sequence[Entry]:
        """Read what of a chunk needs no look of its own; return the rows to be judged."""

    def judge(self, entry: Entry, understood: Understood) -> None:
        """Judge a row by itself; raise ProblemError with everything that is wrong."""

    def remember(self, entry: Entry, understood: Understood) -> None:
        """Note the key of a row that was saved before this attempt."""

    async def save(
        self, transaction: Transaction, entries: Sequence[Entry], ahead: ReadingAhead
    ) -> list[Run]:
        """Save the sound rows of a chunk; return the runs of them that were taken in together.

        What became of every other row is noted with it. Says when the next chunk may be read
        `ahead`. May be called again with the same rows when the transaction is tried again.
        """

    def forget(self, entries: Sequence[Entry], applied: Sequence[Run]) -> None:
        """Let go of the rows of a chunk that was saved; this is what became of them."""
