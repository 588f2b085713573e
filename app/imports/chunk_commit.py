"""Saving one chunk: its effects, its results and the position behind it, or none of them."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from app.core.database import Transaction
from app.imports.birth_years import without_birth_year
from app.imports.causes import Causes, problems_of
from app.imports.jobs import ImportJobs
from app.imports.models import Import
from app.imports.outcomes import Entry, Run
from app.imports.problems import NOT_KEPT
from app.imports.readers.rows import Reader
from app.imports.reading_ahead import ReadingAhead
from app.imports.saving import Saving


class LostError(Exception):
    """Another worker has this job now, or it has come to its end."""


class GivenBackError(Exception):
    """This worker cannot go on; another one does, behind what is saved."""


class Progress(NamedTuple):
    """How far an import has come, and what it met on the way.

    `applied` is what became of the rows of the last chunk, but for the rejected ones.
    """

    counts: Counter[str]
    causes: Causes
    applied: Sequence[Run] = ()
    cancelled: bool = False


class ChunkCommit:
    """Saves the chunks of one attempt at one import."""

    def __init__(self, job: Import, attempt: int, saving: Saving, reader: Reader) -> None:
        self._job = job
        self._attempt = attempt
        self._saving = saving
        self._reader = reader

    async def save(
        self,
        transaction: Transaction,
        entries: Sequence[Entry],
        before: Progress,
        ahead: ReadingAhead,
    ) -> Progress:
        """Save a chunk and return the progress after it.

        Nothing is changed outside the transaction, so that it can be tried again.
        """
        import_id = self._job.import_id
        jobs = ImportJobs(transaction, self._job.provider_id)
        if await held(jobs, import_id, self._attempt):
            await jobs.finish(import_id, "cancelled", None)
            return before._replace(cancelled=True)
        together = await self._apply(transaction, [e for e in entries if e.sound], ahead)
        apart = [entry for entry in entries if entry.outcome is not None]
        applied = _in_order(together, apart)
        await jobs.keep_applied(import_id, entries[-1].row.number, applied)
        rejected = [entry for entry in apart if entry.outcome == "rejected"]
        await jobs.keep_rejected(import_id, list(map(self._rejection, rejected)))
        counts = before.counts + Counter(rejected=len(rejected))
        for run in applied:
            counts[run.outcome] += run.length
        causes = Causes(before.causes.as_documents())
        for entry in apart:
            self._count(causes, entry)
        told = causes.as_documents() if causes.changed else None
        await jobs.advance(import_id, entries[-1].row.number, counts, told)
        return Progress(counts, causes, applied)

    async def _apply(
        self, transaction: Transaction, sound: Sequence[Entry], ahead: ReadingAhead
    ) -> list[Run]:
        for entry in sound:
            # When the transaction is tried again, this is what became of the row before.
            entry.outcome = None
        if not self._job.dry_run:
            return await self._saving.save(transaction, sound, ahead)
        await transaction.driver.execute("SAVEPOINT trial")
        together = await self._saving.save(transaction, sound, ahead)
        await transaction.driver.execute("ROLLBACK TO SAVEPOINT trial")
        for entry in sound:
            if entry.outcome == "created":
                entry.record_id = None
        return [
            run._replace(record_id=None) if run.outcome == "created" else run for run in together
        ]

    def _rejection(self, entry: Entry) -> dict[str, Any]:
        return {
            "row": entry.row.number,
            "label": entry.label,
            "problems": self._problems(entry),
            "sent": self._kept(entry.row.sent),
        }

    def _kept(self, sent: Any) -> str:
        kept = self._reader.kept(sent)
        if self._job.kind != "completions":
            return kept
        return without_birth_year(kept, self._job.format, self._reader.layout.get("columns", ()))

    def _problems(self, entry: Entry) -> list[dict[str, Any]]:
        return [] if entry.problem is None else problems_of(entry.problem, self._job.kind)

    def _count(self, causes: Causes, entry: Entry) -> None:
        if entry.outcome == "rejected":
            causes.count(self._problems(entry), entry.row.number, entry.children)
        elif entry.understood is not None:
            for name in entry.understood.not_kept:
                causes.note(_not_kept(name), entry.row.number)


def _in_order(together: Sequence[Run], apart: Sequence[Entry]) -> list[Run]:
    """Return what became of the rows of a chunk, but for the rejected ones."""
    alone = [
        Run(entry.row.number, 1, entry.outcome, entry.record_id)
        for entry in apart
        if entry.outcome is not None and entry.outcome != "rejected"
    ]
    return sorted([*together, *alone])


async def held(jobs: ImportJobs, import_id: str, attempt: int) -> bool:
    """Hold the job for this transaction; return whether it was asked to stop."""
    hold = await jobs.hold(import_id)
    if hold is None or hold.attempt != attempt:
        raise LostError
    return hold.cancel_requested


def _not_kept(name: str) -> dict[str, Any]:
    return {
        "code": NOT_KEPT.code,
        "pointer": "",
        "message": f"{name} has no place in this system's records.",
        "value": name,
        "did_you_mean": [],
    }
