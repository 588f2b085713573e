import csv
import io
import json
import zipfile
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from app.auth.operating import issue_key
from app.core.clock import Clock
from app.core.database import Database
from tests.builders import complete_activity, support_source
from tests.harness import ReportingProvider
from tests.imports_support import Desk, counted, ndjson, shown_on_failure

Document = dict[str, Any]


@pytest.fixture
def desk(provider: ReportingProvider, database: Database, clock: Clock) -> Desk:
    return Desk(provider, database, clock)


async def export(desk: Desk, kind: str, file_format: str) -> bytes:
    url = f"/v1/providers/{desk.provider.provider_id}/exports/{kind}"
    reply = await desk.provider.client.get(url, params={"format": file_format})
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
    url = f"/v1/providers/{desk.provider.provider_id}/exports/activities"
    assert (await other_provider.client.get(url)).status_code == 404
