"""An import as clients read it."""

from datetime import datetime
from typing import Any, get_args

from app.core.instant import instant
from app.imports.models import Import
from app.imports.outcomes import Outcome


def present(job: Import, now: datetime) -> dict[str, Any]:
    """Return the document of an import."""
    rate = _rows_per_second(job, now)
    left = None
    if job.state == "running" and rate and job.total is not None:
        left = round((job.total - job.position) / rate, 1)
    return {
        "import_id": job.import_id,
        "provider_id": job.provider_id,
        "kind": job.kind,
        "format": job.format,
        "dry_run": job.dry_run,
        "state": job.state,
        "file_name": job.file_name,
        "size": job.size,
        "counts": _counts(job),
        "rows_per_second": rate,
        "seconds_left": left,
        "causes": job.causes,
        "failure": job.failure,
        "cancel_requested": job.cancel_requested,
        "created_at": instant(job.created_at),
        "started_at": job.started_at and instant(job.started_at),
        "finished_at": job.finished_at and instant(job.finished_at),
        "results": f"{path_of(job)}/results",
    }


def path_of(job: Import) -> str:
    """Return where the import is."""
    return f"/v1/providers/{job.provider_id}/imports/{job.import_id}"


def _counts(job: Import) -> dict[str, int | None]:
    counted = {outcome: job.counts.get(outcome, 0) for outcome in get_args(Outcome)}
    unprocessed = None if job.total is None else job.total - job.position
    return {"total": job.total, **counted, "unprocessed": unprocessed}


def _rows_per_second(job: Import, now: datetime) -> float | None:
    if job.started_at is None or not job.position:
        return None
    seconds = ((job.finished_at or now) - job.started_at).total_seconds()
    return round(job.position / max(seconds, 0.001), 1)
