"""What became of each row, page by page, in the order of the file."""

import pytest

from app.core.clock import Clock
from app.core.database import Database
from app.imports import runner
from tests.builders import complete_activity
from tests.databases import superuser_of
from tests.harness import ReportingProvider
from tests.imports_support import Desk, Document, counted, ndjson

ROWS_OF_A_CHUNK = 40
ROWS = 3 * ROWS_OF_A_CHUNK
# Each of the files' rows with these numbers is wrong, or is corrected by the second file.
WRONG, CORRECTED = {1, 41, 42, 77}, {2, 40, 81, 120}


@pytest.fixture
def desk(
    provider: ReportingProvider,
    database: Database,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> Desk:
    monkeypatch.setattr(runner, "CHUNK", {"activities": ROWS_OF_A_CHUNK})
    return Desk(provider, database, clock)


def records(title: str) -> list[Document]:
    return [
        complete_activity(
            internal_id=f"I-{row:05}",
            title=title if row in CORRECTED else "Pain Medicine Update",
            credits=0.3 if row in WRONG else 12.5,
        )
        for row in range(1, ROWS + 1)
    ]


async def walked(desk: Desk, job: Document, limit: int, **asked: str) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    cursor: dict[str, str] = {}
    while True:
        params: dict[str, str | int] = {"limit": limit, **asked, **cursor}
        page = (await desk.provider.client.get(job["results"], params=params)).json()
        found += [(row["row"], row["result"]) for row in page["data"]]
        if page["page"]["next_cursor"] is None:
            return found
        cursor = {"cursor": page["page"]["next_cursor"]}


async def test_pages_tell_every_row_once_in_the_order_of_the_file(desk: Desk) -> None:
    await desk.take_in(ndjson(records("Pain Medicine")))
    job = await desk.take_in(ndjson(records("Pain Medicine, corrected")))
    assert counted(job) == {"total": ROWS, "updated": 4, "rejected": 4, "unchanged": ROWS - 8}
    expected = [
        (row, "rejected" if row in WRONG else "updated" if row in CORRECTED else "unchanged")
        for row in range(1, ROWS + 1)
    ]
    for limit in (3, 50, 200):
        assert await walked(desk, job, limit) == expected
    for status in ("rejected", "updated", "unchanged", "created"):
        of_status = [one for one in expected if one[1] == status]
        assert await walked(desk, job, 3, status=status) == of_status


async def test_a_page_takes_no_chunk_apart_that_it_has_no_need_of(
    desk: Desk, database_url: str
) -> None:
    job = await desk.take_in(ndjson(records("Pain Medicine")))
    async with superuser_of(database_url) as superuser:
        # Whoever takes this one apart fails: what is added to the id is no number.
        broken = await superuser.execute(
            "UPDATE import_applied SET lengths[1] = 2, record_ids[1] = 'none'"
            " WHERE import_id = $1 AND last_row = $2",
            job["import_id"],
            ROWS,
        )
    assert broken == "UPDATE 1"
    pages: list[dict[str, str]] = [{}, {"status": "created"}, {"status": "rejected"}]
    for asked in pages:
        assert (await desk.results(job, limit=3, **asked))[0]["row"] in {1, 2}
    with pytest.raises(AssertionError, match="fault"):
        await desk.results(job, limit=200)
