"""What leaves the queue: a job that was carried out, by the worker that still holds it.

pgqueuer takes out whatever a worker came to the end of. A worker that was so slow that another
one has the job would take it away from that one, and a job that met a fault would be gone:
nobody would ever end its import.
"""

from datetime import timedelta
from typing import Final

from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.domain.models import Job, TracebackRecord
from pgqueuer.domain.types import JOB_STATUS

_BEFORE_ANOTHER_TRIES: Final = timedelta(seconds=10)
# Whoever takes a job over at this moment is waited for, and its job left alone.
_END: Final = """
WITH ended AS (
    SELECT q.id, q.entrypoint, q.priority, told.status
    FROM unnest($1::bigint[], $2::uuid[], $3::pgqueuer_status[]) AS told (id, worker, status)
    JOIN pgqueuer q ON q.id = told.id AND q.queue_manager_id = told.worker
    FOR UPDATE OF q
), taken_out AS (
    DELETE FROM pgqueuer WHERE id IN (SELECT id FROM ended WHERE status = 'successful')
), given_back AS (
    UPDATE pgqueuer SET status = 'queued', queue_manager_id = NULL, attempts = attempts + 1,
        updated = now(), execute_after = now() + $4::interval
    WHERE id IN (SELECT id FROM ended WHERE status <> 'successful')
)
INSERT INTO pgqueuer_log (job_id, status, entrypoint, priority)
SELECT id, status, entrypoint, priority FROM ended
"""


class HeldJobs(Queries):
    """The queue of one worker, which ends no more than what it holds."""

    async def log_jobs(
        self, job_status: list[tuple[Job, JOB_STATUS, TracebackRecord | None]]
    ) -> None:
        """Take jobs out that were carried out, and give others back; note how each ended.

        What an error said is left to the log, which keeps values to itself.
        """
        await self.driver.execute(
            _END,
            [job.id for job, _, _ in job_status],
            [job.queue_manager_id for job, _, _ in job_status],
            [status for _, status, _ in job_status],
            _BEFORE_ANOTHER_TRIES,
        )
