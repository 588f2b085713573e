"""Of a birthday no year is stored, also not in the rows that were rejected."""

import io
import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from app.core.clock import Clock
from app.core.database import Database, Transaction
from app.imports.columns import TABLES, values_of
from app.imports.spreadsheets import csv_line, new_workbook, write_row
from tests.completions import completion, enter_activity
from tests.harness import ReportingProvider
from tests.imports_support import Desk, counted, ndjson, shown_on_failure

Document = dict[str, Any]
SENT = "1970-02-28"
COLUMNS = TABLES["completions"].columns(1)
HEADER = [column.name for column in COLUMNS]
REPORT = """
<ACCMELearnerReports><ActivityReport>
  <Member>
    <Name><GivenName>Maria</GivenName><FamilyName>Quiller</FamilyName></Name>
    <PersonalInfo><BirthDate>{birthday}</BirthDate></PersonalInfo>
  </Member>
  <Activity><Module>
    <ModuleName moduleID="999999999">Pain</ModuleName>
    <CompletedDateTime>2026-05-02T10:00:00</CompletedDateTime>
  </Module></Activity>
</ActivityReport></ACCMELearnerReports>
"""
DRAFT: Document = {
    "Member": {"PersonalInfo": {"BirthDate": SENT}},
    "Activity": {"Module": {"ModuleName": {"moduleID": "999999999"}}},
}


@pytest.fixture
def desk(provider: ReportingProvider, database: Database, clock: Clock) -> Desk:
    return Desk(provider, database, clock)


def as_csv(record: Document) -> bytes:
    return csv_line(HEADER) + csv_line(values_of(COLUMNS, record))


def as_xlsx(record: Document) -> bytes:
    target = io.BytesIO()
    workbook = new_workbook(target)
    sheet = workbook.add_worksheet()
    write_row(sheet, 0, HEADER)
    write_row(sheet, 1, values_of(COLUMNS, record))
    place, form = HEADER.index("birth_month_day"), workbook.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_datetime(1, place, date.fromisoformat(record["birth_month_day"]), form)
    workbook.close()
    return target.getvalue()


WRITTEN: dict[str, Callable[[Document], bytes]] = {
    "ndjson": lambda record: ndjson([record]),
    "json": lambda record: json.dumps([record]).encode(),
    "csv": as_csv,
    "xlsx": as_xlsx,
    "draft-json": lambda _: json.dumps({"ActivityReport": [DRAFT]}).encode(),
    "draft-xml": lambda _: REPORT.format(birthday=SENT).encode(),
}


@pytest.mark.parametrize("file_format", sorted(WRITTEN))
async def test_a_rejected_row_is_kept_without_the_year_of_birth(
    desk: Desk, file_format: str
) -> None:
    row = completion(activity_id="999999999", birth_month_day=SENT)
    job = await desk.take_in(WRITTEN[file_format](row), file_format, kind="completions")
    with shown_on_failure(job):
        assert counted(job) == {"total": 1, "rejected": 1}
    kept = await kept_rows(desk, job)
    assert "1970" not in kept
    assert "02-28" in kept
    assert "1970" not in str(await desk.results(job))


@pytest.mark.parametrize("file_format", ["csv", "ndjson", "xlsx"])
async def test_the_file_of_such_rows_is_corrected_and_sent_again(
    desk: Desk, file_format: str
) -> None:
    start = {"format": "live_course", "start_date": "2026-05-01", "internal_id": "PAIN-2026"}
    row = completion(activity=start, birth_month_day=SENT)
    job = await desk.take_in(WRITTEN[file_format](row), file_format, kind="completions")
    with shown_on_failure(job):
        assert counted(job) == {"total": 1, "rejected": 1}
    url = await enter_activity(desk.provider)
    again = (await desk.rejected_file(job)).content
    done = await desk.take_in(again, file_format, kind="completions")
    with shown_on_failure(done):
        assert counted(done) == {"total": 1, "created": 1}
    (taken,) = await desk.results(done)
    found = (await desk.provider.client.get(f"{url}/{taken['record_id']}")).json()
    assert found["birth_month_day"] == "02-28"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("02/28/1970", "02/28/"),
        ("28.2.70", "28.2."),
        ("05/06/07", "//"),
        ("Feb 28 1970", "Feb 28 "),
        ("1970-02-28T00:00:00Z", "02-28"),
        ("19700228", ""),
        ("2/28", "2/28"),
        (19700228, None),
        ({"year": 1970, "month": 2, "day": 28}, None),
    ],
)
async def test_a_birthday_in_another_form_keeps_nothing_that_may_be_its_year(
    desk: Desk, sent: object, kept: object
) -> None:
    row = completion(activity_id="999999999", birth_month_day=sent, BirthDate=sent)
    job = await desk.take_in(ndjson([row]), kind="completions")
    document = json.loads(await kept_rows(desk, job))
    assert document == {**row, "birth_month_day": kept, "BirthDate": kept}


@pytest.mark.parametrize(
    "line",
    [
        b'{"credit_id": "C-20260502", "birth_month_day": "1970-02-28", "npi": 1,}',
        b'{"credit_id": "C-20260502", "birth_month_day" "1970-02-28", "npi": 1}',
        b'{"credit_id": "C-20260502", "birth_month_day": 1970-02-28, "npi": 1}',
        b'{"credit_id": "C-20260502", "birth_month_day": "Feb 28, 1970"',
        b'{"birth_month_day": "1970-02-28", "credit_id": "C-20260502", "credit_id": "C-2"}',
    ],
)
async def test_a_row_that_is_no_json_keeps_no_year_of_birth_either(desk: Desk, line: bytes) -> None:
    job = await desk.take_in(line, kind="completions")
    kept = await kept_rows(desk, job)
    assert "1970" not in kept
    assert "28" in kept
    assert "C-20260502" in kept


async def test_a_birthday_that_a_separator_pushed_out_of_its_column_loses_its_year(
    desk: Desk,
) -> None:
    lines = b"given_name,family_name,birth_month_day,npi,completed_on\n"
    lines += b"Maria,Quiller, MD,1970-02-28,1234567893,2026-05-02\n"
    lines += b"Maria,Quiller,1970-02-28,2026-05-02,none,,,\n"
    job = await desk.take_in(lines, "csv", kind="completions")
    assert (await kept_rows(desk, job)).splitlines() == [
        '["Maria", "Quiller", " MD", "02-28", "1234567893", "2026-05-02"]',
        '["Maria", "Quiller", "02-28", "2026-05-02", "none", "", "", ""]',
    ]


async def kept_rows(desk: Desk, job: Document) -> str:
    """Return what the database keeps of the rows that were rejected."""

    async def work(transaction: Transaction) -> str:
        statement = "SELECT string_agg(sent, '\n') FROM import_rejected WHERE import_id = $1"
        found: str = await transaction.driver.fetchval(statement, job["import_id"])
        return found

    return await desk.database.run(desk.provider.provider_id, work)
