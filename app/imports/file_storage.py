"""The file of an import: received in pieces, kept in the database, read by any worker."""

import hashlib
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, NamedTuple

from app.auth.access import Access
from app.core.database import Transaction
from app.core.errors import ProblemError
from app.imports.problems import FILE_EMPTY, FILE_TOO_LARGE

MOST_BYTES: Final = 200_000_000
_PIECE: Final = 1 << 20
# So many pieces are read together.
_READ_TOGETHER: Final = 4

_KEEP: Final = """
INSERT INTO import_pieces (provider_id, import_id, position, content) VALUES ($1, $2, $3, $4)
"""
_READ: Final = """
SELECT content FROM import_pieces
WHERE provider_id = $1 AND import_id = $2 AND position BETWEEN $3 AND $4 ORDER BY position
"""


class Received(NamedTuple):
    """How large a file is, and what tells it from any other."""

    size: int
    digest: bytes


async def keep_file(access: Access, import_id: str, sent: AsyncIterator[bytes]) -> Received:
    """Keep a file piece by piece as it arrives; raise ProblemError 413 or 422.

    No more than a piece of it is in memory at any time.
    """
    digest, size, position = hashlib.sha256(), 0, 0
    waiting = bytearray()
    async for arrived in sent:
        size += len(arrived)
        if size > MOST_BYTES:
            raise too_large()
        digest.update(arrived)
        waiting += arrived
        while len(waiting) >= _PIECE:
            await _keep(access, import_id, position, bytes(waiting[:_PIECE]))
            del waiting[:_PIECE]
            position += 1
    if not size:
        raise ProblemError(FILE_EMPTY, "The file has no bytes. Nothing was saved.")
    if waiting:
        await _keep(access, import_id, position, bytes(waiting))
    return Received(size, digest.digest())


@asynccontextmanager
async def local_copy(access: Access, import_id: str) -> AsyncIterator[Path]:
    """Yield the path of a copy of the file on this machine, for as long as it is read."""
    with tempfile.TemporaryDirectory(prefix="pars-import-") as folder:
        path = Path(folder) / "file"
        with path.open("wb") as file:
            position = 0
            while pieces := await _pieces(access, import_id, position):
                file.writelines(pieces)
                position += len(pieces)
        yield path


def too_large() -> ProblemError:
    """Return the refusal of a file beyond the limit; the rest of it stays unread."""
    detail = f"The file has more than {MOST_BYTES:,} bytes. Nothing was saved."
    return ProblemError(FILE_TOO_LARGE, detail, headers={"Connection": "close"})


async def _keep(access: Access, import_id: str, position: int, content: bytes) -> None:
    async def work(transaction: Transaction) -> None:
        await transaction.driver.execute(_KEEP, access.provider_id, import_id, position, content)

    await access.run(work)


async def _pieces(access: Access, import_id: str, first: int) -> list[bytes]:
    last = first + _READ_TOGETHER - 1

    async def work(transaction: Transaction) -> list[bytes]:
        found = await transaction.driver.fetch(_READ, access.provider_id, import_id, first, last)
        return [row[0] for row in found]

    return await access.run(work)
