"""Files of the same completions, taken in at once: each completion is there one time."""

import asyncio

import pytest

from app.core.clock import Clock
from app.core.database import Database
from app.imports import runner
from tests.completions import board_credit, completion, enter_activity
from tests.harness import ReportingProvider
from tests.imports_support import Desk, counted, ndjson, send


async def test_completions_that_two_files_bring_at_once_are_entered_once(
    provider: ReportingProvider,
    database: Database,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runner, "CHUNK", {"completions": 50})
    activity_id = (await enter_activity(provider)).split("/")[-2]
    rows = [
        completion(
            activity_id=activity_id,
            credit_id=f"C-{number}",
            board_credits=[board_credit(board_learner_id=str(number))],
        )
        for number in range(400)
    ]
    jobs = []
    for content in (ndjson(rows), ndjson(reversed(rows))):
        reply = await send(provider, content, kind="completions")
        jobs.append(reply.json()["import_id"])
    desk = Desk(provider, database, clock)
    done = await asyncio.gather(*map(desk.work_off, jobs))
    assert {job["state"] for job in done} == {"succeeded"}
    counts = [counted(job) for job in done]
    assert sum(count.get("created", 0) for count in counts) == 400
    assert sum(count.get("unchanged", 0) for count in counts) == 400
