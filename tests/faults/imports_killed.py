"""An import of 100,000 rows whose worker is killed ten times: every row once, counts right."""

import asyncio
import time
from pathlib import Path
from typing import Final

import httpx

from tests.builders import Document, draft_activity
from tests.databases import superuser_of
from tests.faults.checker import LOST, TWICE, VERSIONS, Breach
from tests.faults.processes import import_worker, kill
from tests.faults.reporters import Desk
from tests.faults.scenarios import Outcome
from tests.faults.stages import desk
from tests.imports_support import ndjson
from tests.serving import Server

ROWS: Final = 100_000
REJECTED: Final = ROWS // 100
KILLS: Final = 10
_FOUND: Final = """
SELECT count(*) AS records, count(DISTINCT internal_id) AS names, max(version) AS version,
    (SELECT count(*) FROM activity_history h WHERE h.provider_id = $1) AS deeds,
    (SELECT sum(length) FROM import_applied i, unnest(i.lengths) AS length
        WHERE i.provider_id = $1) AS applied,
    (SELECT count(*) FROM import_rejected i WHERE i.provider_id = $1) AS rejected
FROM activities WHERE provider_id = $1
"""


async def play_imports(server: Server, database_url: str, folder: Path) -> Outcome:
    """Import a file, kill the worker as soon as it has come further, and count what is there."""
    async with desk(database_url, folder) as books:
        headers = {"Authorization": f"Bearer {books.key}"}
        async with httpx.AsyncClient(base_url=server.url, headers=headers, timeout=60) as client:
            job, kills, slowest = await _import(client, books, server)
        broken = await _broken(job, books, database_url)
    counts = job["counts"]
    return Outcome(
        title="import of 100,000, its worker killed",
        strikes=kills,
        sent=ROWS,
        acknowledged=counts["created"] or 0,
        ambiguous=0,
        refused=counts["rejected"] or 0,
        # The next worker waits until the lease of the one before is over.
        recovered_in=0.0,
        longest_silence=slowest,
        broken=broken,
    )


async def _import(
    client: httpx.AsyncClient, books: Desk, server: Server
) -> tuple[Document, int, float]:
    """Send the file, kill its worker on the way; return the job, the kills, the longest pause."""
    records = [draft_activity(internal_id=f"I-{number:06}") for number in range(ROWS)]
    for number in range(0, ROWS, ROWS // REJECTED):
        records[number]["credits"] = 0.3
    path = f"/v1/providers/{books.provider_id}/imports"
    asked = {"kind": "activities", "format": "ndjson"}
    job = (await client.post(path, params=asked, content=ndjson(records))).json()
    kills, slowest, seen, moved_at = 0, 0.0, ROWS, time.monotonic()
    while job["state"] in ("queued", "running"):
        await asyncio.sleep(0.1)
        job = (await client.get(f"{path}/{job['import_id']}")).json()
        left = job["counts"]["unprocessed"]
        if left is None or left == seen:
            continue
        now = time.monotonic()
        slowest, seen, moved_at = max(slowest, now - moved_at), left, now
        worker = import_worker(server.process.pid, server.port)
        if kills < KILLS and left < ROWS * (KILLS - kills) / (KILLS + 1) and worker is not None:
            kill(worker)
            kills += 1
    return job, kills, slowest


async def _broken(job: Document, books: Desk, database_url: str) -> list[Breach]:
    async with superuser_of(database_url) as superuser:
        found = await superuser.fetchrow(_FOUND, books.provider_id)
    good = ROWS - REJECTED
    expected = {"total": ROWS, "created": good, "rejected": REJECTED}
    told = {name: count for name, count in job["counts"].items() if count}
    assert found is not None
    checks = (
        (LOST, found["names"] >= good),
        (TWICE, found["records"] == found["names"]),
        (VERSIONS, (found["version"], found["deeds"]) == (1, good)),
        ("counts are right", (found["applied"], found["rejected"]) == (good, REJECTED)),
        ("counts are told", told == expected),
    )
    words = f"{dict(found)}, {told}"
    return [Breach(promise, job["import_id"], words) for promise, kept in checks if not kept]
