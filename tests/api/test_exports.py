import csv
import io
import json
import zipfile
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from python_calamine import CalamineWorkbook

from app.auth.access import Access
from app.auth.operating import issue_key
from app.core.admission import busy
from app.core.clock import Clock
from app.core.database import Database
from app.core.errors import ProblemError
from app.exports.reading import Export
from tests.builders import complete_activity, support_source
from tests.harness import ReportingProvider
from tests.imports_support import Desk, counted, ndjson, shown_on_failure

Document = dict[str, Any]


@pytest.fixture
def desk(provider: ReportingProvider, database: Database, clock: Clock) -> Desk:
    return Desk(provider, database, clock)


def exports_of(desk: Desk) -> str:
    return f"/v1/providers/{desk.provider.provider_id}/exports"


async def export(desk: Desk, kind: str, file_format: str) -> bytes:
    reply = await desk.provider.client.get(
        f"{exports_of(desk)}/{kind}", params={"format": file_format}
    )
    assert reply.status_code == 200, reply.text
    assert f"{kind}.{file_format}" in reply.headers["content-disposition"]
    return reply.content


async def enter(desk: Desk, count: int) -> None:
    two = {"received": True, "sources": [support_source(), support_source(source="=cmd|'x'!A1")]}
    records = [complete_activity(internal_id=f"E-{number:04}") for number in range(count)]
    records[0].update(commercial_support=two, title="@SUM(1)")
    job = await desk.take_in(ndjson(records))
    assert counted(job)["created"] == count


async def test_activities_are_exported_whole_and_each_once(desk: Desk) -> None:
    await enter(desk, 1100)
    lines = (await export(desk, "activities", "ndjson")).splitlines()
    exported = [json.loads(line) for line in lines]
    assert sorted(record["internal_id"] for record in exported) == [
        f"E-{number:04}" for number in range(1100)
    ]
    record = (
        await desk.provider.client.get(f"{desk.provider.activities}/{exported[0]['activity_id']}")
    ).json()
    assert {**exported[0], "warnings": []} == {**record, "warnings": []}


@pytest.mark.parametrize("file_format", ["csv", "xlsx", "ndjson"])
async def test_an_export_can_be_imported_again_and_changes_nothing(
    desk: Desk, file_format: str
) -> None:
    await enter(desk, 3)
    job = await desk.take_in(await export(desk, "activities", file_format), file_format)
    with shown_on_failure(job):
        assert counted(job) == {"total": 3, "unchanged": 3}


async def test_no_cell_of_a_table_is_a_formula(desk: Desk) -> None:
    await enter(desk, 2)
    text = (await export(desk, "activities", "csv")).decode()
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert "'=cmd|'x'!A1" in cells
    assert not [cell for cell in cells if cell[:1] in "=+-@\t\r" and cell]
    book = await export(desk, "activities", "xlsx")
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert "@SUM(1)" in rows[1]


async def test_a_table_breaks_off_at_a_record_that_grew_beyond_its_columns(
    desk: Desk, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    await enter(desk, 1)
    listed = (await desk.provider.client.get(desk.provider.activities)).json()
    url = f"{desk.provider.activities}/{listed['data'][0]['activity_id']}"
    three = {"received": True, "sources": [support_source(source=name) for name in "ABC"]}
    count = Export.times

    async def count_before_it_grows(self: Export) -> dict[str, int]:
        times = await count(self)
        grown = await desk.provider.client.patch(
            url, json={"commercial_support": three}, headers={"If-Match": '"1"'}
        )
        assert grown.status_code == 200, grown.text
        return times

    monkeypatch.setattr(Export, "times", count_before_it_grows)
    # What the application raises here breaks the connection off.
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(app),
        base_url=desk.provider.client.base_url,
        headers=desk.provider.client.headers,
    )
    async with client:
        with pytest.raises(ProblemError):
            await client.get(f"{exports_of(desk)}/activities?format=csv")


@pytest.mark.parametrize("file_format", ["ndjson", "csv", "xlsx"])
async def test_an_export_of_which_nothing_can_be_read_is_refused(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, file_format: str
) -> None:
    async def read_recent(*_: object) -> None:
        raise busy()

    monkeypatch.setattr(Access, "read_recent", read_recent)
    reply = await desk.provider.client.get(
        f"{exports_of(desk)}/activities", params={"format": file_format}
    )
    assert (reply.status_code, reply.json()["code"]) == (503, "server.busy")


async def test_a_provider_with_nothing_gets_the_header(desk: Desk) -> None:
    assert await export(desk, "activities", "ndjson") == b""
    (header,) = csv.reader(io.StringIO((await export(desk, "activities", "csv")).decode()))
    assert {"activity_id", "title", "status"} < set(header)
    assert await export(desk, "activities", "xlsx")


async def test_completions_are_masked_unless_the_scope_says_otherwise(
    desk: Desk, database: Database
) -> None:
    sent = complete_activity()
    activity = (await desk.provider.client.post(desk.provider.activities, json=sent)).json()
    row = {
        "activity_id": activity["activity_id"],
        "credit_id": "C-1",
        "given_name": "Ada",
        "family_name": "Lovelace",
        "completed_on": "2026-05-02",
        "credits": 1,
    }
    assert counted(await desk.take_in(ndjson([row]), kind="completions"))["created"] == 1
    for file_format in ("ndjson", "csv", "xlsx"):
        content = await export(desk, "completions", file_format)
        if file_format != "xlsx":
            assert b"C-1" in content
            assert b"Lovelace" not in content
    issued = await issue_key(
        database,
        providers=[desk.provider.provider_id],
        scopes=["completions:read", "completions:read_pii"],
        name="sees people",
    )
    desk.provider.client.headers["Authorization"] = f"Bearer {issued.key}"
    assert b"Lovelace" in await export(desk, "completions", "csv")


async def test_exports_of_others_are_not_found(
    desk: Desk, other_provider: ReportingProvider
) -> None:
    reply = await other_provider.client.get(f"{exports_of(desk)}/activities")
    assert reply.status_code == 404
