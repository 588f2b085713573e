"""Taking in one file, chunk by chunk, so that a worker may be killed at any moment.

The effects of a chunk and the position behind it are committed in one transaction: after
a kill the next worker goes on at the position, and nothing is done twice. A worker that
was only slow, and whose job another one has taken, finds that out when it wants to save:
the number of the attempt is no longer its own.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from types import MappingProxyType
from typing import Any, Final

import structlog

from app.auth.access import Access
from app.core.admission import OUTCOME_UNKNOWN, SERVER_BUSY
from app.core.database import Transaction
from app.core.errors import ProblemError
from app.core.log import places_of
from app.imports.causes import Causes
from app.imports.chunk_commit import ChunkCommit, GivenBackError, LostError, Progress, held
from app.imports.file_storage import local_copy
from app.imports.jobs import ImportJobs
from app.imports.models import Import
from app.imports.outcomes import Entry
from app.imports.problems import IMPORT_FAULT, TOO_MANY_ROWS
from app.imports.readers.opening import open_reader
from app.imports.readers.rows import MOST_ROWS, Kind, Reader, file_problem
from app.imports.reading_ahead import ReadingAhead
from app.imports.saving import Saving
from app.imports.statistics import count_activities
from app.reference.boards import Board

CHUNK: Final[Mapping[Kind, int]] = MappingProxyType({"activities": 500, "completions": 10_000})
_TRIALS: Final = 20
_log = structlog.get_logger("imports")


class Runner:
    """One worker's attempt at one import."""

    def __init__(
        self,
        access: Access,
        job: Import,
        saving: Saving,
        boards: Mapping[str, Board],
        stop: asyncio.Event,
    ) -> None:
        self._access = access
        self._stop = stop
        self._job = job
        self._saving = saving
        self._boards = boards

    async def run(self) -> None:
        """Take in what is left of the file, to its end or until it is cancelled.

        Raises GivenBackError when the worker is told to stop, at the edge of a chunk, and
        when the database went away.
        """
        try:
            async with local_copy(self._access, self._job.import_id) as path:
                reader = await asyncio.to_thread(
                    open_reader, self._job.format, self._job.kind, path, self._boards
                )
                if self._job.total is None:
                    await self._count(reader)
                await self._take_in(reader)
        except LostError:
            return
        except GivenBackError:
            raise
        except ProblemError as problem:
            if problem.kind in (SERVER_BUSY, OUTCOME_UNKNOWN):
                # What is saved stands in the database, for whoever can reach it again.
                raise GivenBackError from problem
            await self._end("failed", problem)
        except Exception as error:  # noqa: BLE001 - a fault ends the import, not the worker
            _log.error("fault", import_id=self._job.import_id, trace=places_of(error))
            await self._end("failed", ProblemError(IMPORT_FAULT, "A fault stopped the import."))

    async def _count(self, reader: Reader) -> None:
        total = await asyncio.to_thread(reader.count)
        if total > MOST_ROWS:
            detail = f"The file has {total:,} rows; it may have {MOST_ROWS:,}."
            raise file_problem(TOO_MANY_ROWS, detail)

        async def work(transaction: Transaction) -> None:
            jobs = ImportJobs(transaction, self._job.provider_id)
            await held(jobs, self._job.import_id, self._job.attempt)
            await jobs.counted(self._job.import_id, total, reader.layout)

        await self._access.run(work)

    async def _take_in(self, reader: Reader) -> None:
        commit = ChunkCommit(self._job, self._job.attempt, self._saving, reader)
        progress = Progress(Counter(self._job.counts), Causes(self._job.causes))
        chunks = self._chunks(reader)
        entries = await asyncio.to_thread(next, chunks, None)
        while entries is not None:
            if self._stop.is_set():
                raise GivenBackError
            ahead = ReadingAhead(chunks)
            try:
                progress = await self._save(commit, entries, progress, ahead)
                if progress.cancelled:
                    return
                self._saving.forget(entries, progress.applied)
                entries = await ahead.chunk()
            finally:
                await ahead.ended()
        await self._end("succeeded_with_errors" if progress.counts["rejected"] else "succeeded")

    def _chunks(self, reader: Reader) -> Iterator[list[Entry]]:
        rows = reader.rows()
        for row in islice(rows, self._job.position):
            try:
                self._saving.remember(Entry(row), reader.understand(row.sent))
            except ProblemError:
                # It was rejected, and that is kept.
                continue
        while chunk := [Entry(row) for row in islice(rows, CHUNK[self._job.kind])]:
            for entry in self._saving.read_together(reader, chunk):
                self._judge(reader, entry)
            yield chunk

    def _judge(self, reader: Reader, entry: Entry) -> None:
        try:
            entry.understood = reader.understand(entry.row.sent)
            self._saving.judge(entry, entry.understood)
        except ProblemError as problem:
            entry.reject(problem)
        else:
            entry.sound = True

    async def _save(
        self,
        commit: ChunkCommit,
        entries: Sequence[Entry],
        before: Progress,
        ahead: ReadingAhead,
    ) -> Progress:
        """Save a chunk, and wait for a database that is busy."""
        for trial in range(_TRIALS):
            try:
                await count_activities(self._access.database)
                return await self._access.run(
                    lambda transaction: commit.save(transaction, entries, before, ahead)
                )
            except ProblemError as problem:
                if problem.kind is not SERVER_BUSY:
                    raise
            await asyncio.sleep(min(0.2 * 2**trial, 5))
        raise ProblemError(IMPORT_FAULT, "The database was busy for too long.")

    async def _end(self, state: str, problem: ProblemError | None = None) -> None:
        failure = None if problem is None else _failure(problem)

        async def work(transaction: Transaction) -> None:
            jobs = ImportJobs(transaction, self._job.provider_id)
            await held(jobs, self._job.import_id, self._job.attempt)
            await jobs.finish(self._job.import_id, state, failure)

        try:
            await self._access.run(work)
        except LostError:
            return


def _failure(problem: ProblemError) -> dict[str, Any]:
    return {
        "code": problem.kind.code,
        "title": problem.kind.title,
        "detail": problem.detail,
        "errors": [violation.as_document() for violation in problem.violations],
    }
