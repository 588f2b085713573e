"""Files whose records are all new: their later chunks are entered without being looked up."""

import pytest

from app.core.clock import Clock
from app.core.database import Database
from app.imports import runner
from tests.builders import Document, complete_activity, draft_activity
from tests.harness import ReportingProvider
from tests.imports_support import Desk, counted, ndjson

_ITS_OWN = {"activity_id", "internal_id", "created_at", "updated_at", "meta", "warnings"}


@pytest.fixture
def desk(
    provider: ReportingProvider,
    database: Database,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> Desk:
    monkeypatch.setattr(runner, "CHUNK", {"activities": 3})
    return Desk(provider, database, clock)


def records(count: int) -> list[Document]:
    """Give records with parts and without, so that no two chunks have as many."""
    return [
        (draft_activity if number % 5 == 4 else complete_activity)(internal_id=f"I-{number:05}")
        for number in range(count)
    ]


async def history(desk: Desk, activity_id: str) -> list[Document]:
    reply = await desk.provider.client.get(f"{desk.provider.activities}/{activity_id}/history")
    entries: list[Document] = reply.json()["data"]
    return entries


async def test_every_chunk_becomes_records_as_if_each_had_been_pushed(desk: Desk) -> None:
    job = await desk.take_in(ndjson(records(17)))
    assert counted(job) == {"total": 17, "created": 17}
    found = await desk.activities()
    assert [row["internal_id"] for row in found] == [f"I-{number:05}" for number in range(17)]
    assert [row["record_id"] for row in await desk.results(job)] == [
        row["activity_id"] for row in found
    ]
    for number, sent in ((16, complete_activity()), (14, draft_activity())):
        path = desk.provider.activities
        reply = await desk.provider.client.post(path, json={**sent, "internal_id": "PUSHED"})
        pushed = reply.json()
        assert {name: found[number][name] for name in pushed if name not in _ITS_OWN} == {
            name: pushed[name] for name in pushed if name not in _ITS_OWN
        }
        (entry,), (of_pushed,) = [
            await history(desk, one["activity_id"]) for one in (found[number], pushed)
        ]
        assert (entry["action"], entry["request_id"]) == ("created", job["import_id"])
        assert [change for change in entry["changes"] if change["pointer"] != "/internal_id"] == [
            change for change in of_pushed["changes"] if change["pointer"] != "/internal_id"
        ]
        await desk.provider.client.delete(f"{path}/{pushed['activity_id']}")


async def test_one_that_is_there_among_the_new_ones_is_left_alone_or_updated(desk: Desk) -> None:
    sent = records(20)
    await desk.take_in(ndjson([sent[10], {**sent[16], "title": "As it was"}]))
    job = await desk.take_in(ndjson(sent))
    assert counted(job) == {"total": 20, "created": 18, "unchanged": 1, "updated": 1}
    results = await desk.results(job)
    assert [results[place]["result"] for place in (9, 10, 11, 16)] == [
        *("created", "unchanged", "created", "updated")
    ]
    found = await desk.activities()
    assert [row["version"] for row in found] == [2 if place == 16 else 1 for place in range(20)]
    assert [row["record_id"] for row in results] == [row["activity_id"] for row in found]


async def test_rows_that_are_refused_stand_among_those_that_go_in(desk: Desk) -> None:
    sent = records(17)
    sent[9]["credits"] = sent[16]["credits"] = 0.3
    sent[13]["internal_id"] = sent[1]["internal_id"]
    job = await desk.take_in(ndjson(sent))
    assert counted(job) == {"total": 17, "created": 14, "rejected": 3}
    assert [row["row"] for row in await desk.results(job, status="rejected")] == [10, 14, 17]
    assert len(await desk.activities()) == 14


async def test_a_dry_run_saves_none_of_them(desk: Desk) -> None:
    job = await desk.take_in(ndjson(records(14)), dry_run=True)
    assert counted(job) == {"total": 14, "created": 14}
    assert [row["record_id"] for row in await desk.results(job)] == [None] * 14
    assert await desk.activities() == []
