"""Reading the next chunk of a file while the database saves this one."""

import asyncio
from collections.abc import Iterator

from app.imports.outcomes import Entry


class ReadingAhead:
    """The next chunk, read and judged in a thread of its own as soon as that is begun.

    The thread and the loop that speaks with the database share one interpreter: what is read
    while short statements follow each other is read at their cost, and what is read during a
    long one costs nothing. So whoever saves a chunk says when the long one is under way.
    """

    def __init__(self, chunks: Iterator[list[Entry]]) -> None:
        self._chunks = chunks
        self._loop = asyncio.get_running_loop()
        self._reading: asyncio.Future[list[Entry] | None] | None = None

    def begin(self) -> "asyncio.Future[list[Entry] | None]":
        """Begin to read, unless that has begun."""
        if self._reading is None:
            self._reading = self._loop.run_in_executor(None, next, self._chunks, None)
        return self._reading

    def begin_soon(self) -> None:
        """Begin to read when the statement that is about to be sent is on its way."""
        self._loop.call_soon(self.begin)

    async def chunk(self) -> list[Entry] | None:
        """Return what was read, or None at the end of the file."""
        return await self.begin()

    async def ended(self) -> None:
        """Wait for the thread, if it has begun, however it ends."""
        if self._reading is not None:
            await asyncio.gather(self._reading, return_exceptions=True)
