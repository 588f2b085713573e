"""Long lists that are looked through in lots.

A page of such a list ends where it is full, or where enough was looked at: so a search that
finds little, or nothing, ends soon however much there is, and is gone on with.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import monotonic
from typing import Final, Generic, TypeVar

P = TypeVar("P")

MOST_LOOKED_AT: Final = 20_000
# Records in memory are looked at in a tenth of a second; from the disk they come more slowly.
SECONDS_TO_LOOK: Final = 1.0


@dataclass(frozen=True, slots=True)
class Looked(Generic[P]):
    """A row of a lot: where it stands, and its document if it was asked for.

    Rows that were not asked for are left out, but for the last one of a whole lot.
    """

    document: str | None
    position: P
    is_last: bool


async def look_through(
    read: Callable[[P | None, int], Awaitable[list[Looked[P]]]],
    behind: P | None,
    limit: int,
    lot: int,
) -> tuple[list[str], P | None]:
    """Return at most this many documents behind a position, and where to go on, if anywhere.

    `read` looks at a lot behind a position, and returns so many rows of it at most.
    """
    documents: list[str] = []
    enough = monotonic() + SECONDS_TO_LOOK
    for _ in range(MOST_LOOKED_AT // lot):
        rows = await read(behind, limit + 1 - len(documents))
        for row in rows:
            if row.document is not None:
                if len(documents) == limit:
                    return documents, behind
                documents.append(row.document)
            behind = row.position
        if not rows or not rows[-1].is_last:
            return documents, None
        if len(documents) == limit or monotonic() > enough:
            break
    return documents, behind
