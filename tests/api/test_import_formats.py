import csv
import io
import json
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from app.core.clock import Clock
from app.core.database import Database
from app.imports.columns import TABLES, values_of
from app.imports.spreadsheets import csv_line, new_workbook, write_row
from tests.builders import complete_activity
from tests.harness import ReportingProvider
from tests.imports_support import Desk, counted, imports_of, ndjson, shown_on_failure

Document = dict[str, Any]


@pytest.fixture
def desk(provider: ReportingProvider, database: Database, clock: Clock) -> Desk:
    return Desk(provider, database, clock)


COLUMNS = TABLES["activities"].columns(1)
HEADER = [column.name for column in COLUMNS]
GUIDANCE = [column.help or "as you like" for column in COLUMNS]


def table(records: list[Document], *above: list[str]) -> list[list[Any]]:
    return [*above, list(HEADER), *(values_of(COLUMNS, record) for record in records)]


def as_csv(rows: list[list[Any]]) -> bytes:
    return b"".join(map(csv_line, rows))


def as_xlsx(rows: Sequence[Sequence[Any]]) -> bytes:
    target = io.BytesIO()
    workbook = new_workbook(target)
    sheet = workbook.add_worksheet("any name")
    for place, cells in enumerate(rows):
        write_row(sheet, place, cells)
    workbook.close()
    return target.getvalue()


WRITTEN: dict[str, Callable[[list[Document]], bytes]] = {
    "ndjson": ndjson,
    "json": lambda records: json.dumps(records, indent=2).encode(),
    "csv": lambda records: as_csv(table(records)),
    "xlsx": lambda records: as_xlsx(table(records, GUIDANCE)),
}
OF_THE_SERVER = {"activity_id", "provider_id", "status", "next_status", "missing", "warnings"}
OF_THE_SERVER |= {"version", "created_at", "updated_at", "closed_at"}


@pytest.mark.parametrize("file_format", sorted(WRITTEN))
async def test_every_format_brings_a_whole_record(desk: Desk, file_format: str) -> None:
    sent = [complete_activity(internal_id=f"0{number}") for number in range(3)]
    job = await desk.take_in(WRITTEN[file_format](sent), file_format)
    with shown_on_failure(job):
        assert counted(job) == {"total": 3, "created": 3}
    found = await desk.activities()
    for record, activity in zip(sent, found, strict=True):
        content = {name: activity[name] for name in activity if name not in OF_THE_SERVER}
        assert content == record


@pytest.mark.parametrize("file_format", sorted(WRITTEN))
async def test_the_file_of_rejected_rows_is_corrected_and_sent_again(
    desk: Desk, file_format: str
) -> None:
    wrong = {"joint_providers": ["=1+1", "Valley Clinic"], "credits": 12.3}
    sent = [complete_activity(internal_id=f"R-{number}") for number in range(3)]
    sent[1].update(wrong)
    job = await desk.take_in(WRITTEN[file_format](sent), file_format)
    with shown_on_failure(job):
        assert counted(job) == {"total": 3, "created": 2, "rejected": 1}
    reply = await desk.rejected_file(job)
    assert file_format in reply.headers["content-disposition"]
    corrected = reply.content.replace(b"12.3", b"12.5")
    if file_format == "xlsx":
        (cells,) = [
            [12.5 if cell == 12.3 else cell for cell in row]
            for row in CalamineWorkbook.from_filelike(io.BytesIO(reply.content))
            .get_sheet_by_index(0)
            .to_python()[1:]
        ]
        names = CalamineWorkbook.from_filelike(io.BytesIO(reply.content)).get_sheet_by_index(0)
        corrected = as_xlsx([list(map(str, names.to_python()[0])), cells])
    again = await desk.take_in(corrected, file_format)
    with shown_on_failure(again):
        assert counted(again) == {"total": 1, "created": 1}
    assert (await desk.activities())[1]["joint_providers"] == wrong["joint_providers"]


async def test_reasons_stand_beside_the_row_under_the_name_of_the_column(desk: Desk) -> None:
    rows = table([complete_activity(internal_id="R-1")])
    rows[1][HEADER.index("support_1_amount")] = "a lot"
    job = await desk.take_in(as_csv(rows), "csv")
    text = (await desk.rejected_file(job)).text
    (told,) = csv.DictReader(io.StringIO(text))
    assert told["import_row"] == "1"
    assert told["import_codes"] == "field.type"
    assert told["import_reasons"].startswith("support_1_amount: A number is needed here")


async def test_an_unknown_column_refuses_the_table_and_names_the_nearest(desk: Desk) -> None:
    rows = table([complete_activity()])
    rows[0][HEADER.index("start_date")] = "Start Day"
    job = await desk.take_in(as_csv(rows), "csv")
    assert (job["state"], job["failure"]["code"]) == ("failed", "import.columns_unknown")
    (error,) = job["failure"]["errors"]
    assert (error["value"], error["did_you_mean"][0]) == ("start_day", "start_date")


@pytest.mark.parametrize("separator", [";", "\t"])
async def test_other_separators_and_a_byte_order_mark_are_understood(
    desk: Desk, separator: str
) -> None:
    lines = [HEADER[:6], ["", "S-1", "Title", "live_course", "2026-05-01", "2026-05-03"]]
    text = "\n".join(separator.join(line) for line in lines)
    job = await desk.take_in(b"\xef\xbb\xbf" + text.encode(), "csv")
    with shown_on_failure(job):
        assert counted(job) == {"total": 1, "created": 1}


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
async def test_the_template_has_every_column_and_takes_records(
    desk: Desk, file_format: str
) -> None:
    url = f"{imports_of(desk.provider)}/template"
    reply = await desk.provider.client.get(
        url, params={"kind": "activities", "format": file_format}
    )
    assert reply.status_code == 200
    if file_format == "csv":
        names = next(csv.reader(io.StringIO(reply.text)))
    else:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(reply.content)).get_sheet_by_index(0)
        guidance, header = sheet.to_python()
        names = list(map(str, header))
        assert "One of live_course" in str(guidance[names.index("format")])
        with zipfile.ZipFile(io.BytesIO(reply.content)) as archive:
            xml = archive.read("xl/worksheets/sheet1.xml").decode()
        assert xml.count("<dataValidation ") > 10
    assert {"support_3_amount", "moc_2_board", "outcome_1_measure"} < set(names)


LONG_NUMBER = b"1" * 5_000
DEEP = b"[" * 1_000 + b"]" * 1_000


@pytest.mark.parametrize(
    ("file_format", "value", "code"),
    [
        ("ndjson", LONG_NUMBER, "json.number_out_of_range"),
        ("json", LONG_NUMBER, "json.number_out_of_range"),
        ("ndjson", DEEP, "json.too_deep"),
    ],
)
async def test_a_row_that_no_reader_can_hold_is_rejected_and_the_others_go_in(
    desk: Desk, file_format: str, value: bytes, code: str
) -> None:
    sent = [complete_activity(internal_id="R-1"), complete_activity(internal_id="R-2")]
    content = WRITTEN[file_format](sent).replace(b'"credits"', b'"deep": %b, "credits"' % value, 1)
    job = await desk.take_in(content, file_format)
    with shown_on_failure(job):
        assert counted(job) == {"total": 2, "created": 1, "rejected": 1}
        assert [cause["code"] for cause in job["causes"]] == [code]


def bomb() -> bytes:
    target = io.BytesIO()
    with (
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as file,
    ):
        for _ in range(400):
            file.write(b" " * 1_000_000)
    return target.getvalue()


def sheet_with(cell: str, *parts: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", f"<sheetData><row>{cell}</row></sheetData>")
        for part in parts:
            archive.writestr(part, "x")
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "file_format", "code"),
    [
        pytest.param(bomb(), "xlsx", "import.file_refused", id="ZIP bomb"),
        pytest.param(
            sheet_with('<c r="XFD1"/>'), "xlsx", "import.file_refused", id="16,384 columns"
        ),
        pytest.param(sheet_with('<c r="ZZ1048576"/>'), "xlsx", "import.file_refused", id="cells"),
        pytest.param(sheet_with("<c/>" * 9), "xlsx", "import.file_refused", id="cells nowhere"),
        pytest.param(sheet_with("<c " * 99_999), "xlsx", "import.file_refused", id="open cells"),
        pytest.param(sheet_with("<row " * 9), "xlsx", "import.file_unreadable", id="open rows"),
        pytest.param(
            sheet_with('<c r="A1"/>', "xl/vbaProject.bin"),
            "xlsx",
            "import.file_refused",
            id="macros",
        ),
        pytest.param(b"no workbook", "xlsx", "import.file_unreadable", id="no workbook"),
        pytest.param(b"a,b\n1,2\n", "csv", "import.file_unreadable", id="no header"),
        pytest.param(b"title,format\n\xff\n", "csv", "import.file_unreadable", id="not UTF-8"),
        pytest.param(b'{"a": 1}', "json", "import.file_unreadable", id="no array"),
        pytest.param(b'[{"a": 1}', "json", "import.file_unreadable", id="array without end"),
        pytest.param(b"[" * 200_000, "json", "import.file_unreadable", id="deep array"),
        pytest.param(
            b'{"n": %b, "ACCMEActivities": {"MedicalEducationMetrics": []}}' % LONG_NUMBER,
            "draft-json",
            "import.file_unreadable",
            id="a long number beside the list",
        ),
        pytest.param(b"{}", "draft-json", "import.file_unreadable", id="no draft"),
        pytest.param(b"<a/>", "draft-xml", "import.file_unreadable", id="no draft XML"),
        pytest.param(b"<a>", "draft-xml", "import.file_unreadable", id="broken XML"),
        pytest.param(
            b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
            "draft-xml",
            "import.file_refused",
            id="external entity",
        ),
        pytest.param(
            b'<!DOCTYPE a [<!ENTITY b "xx"><!ENTITY c "'
            + b"&b;" * 1000
            + b'"><!ENTITY d "'
            + b"&c;" * 1000
            + b'"><!ENTITY e "'
            + b"&d;" * 1000
            + b'">]><a>&e;</a>',
            "draft-xml",
            "import.file_refused",
            id="billion laughs",
        ),
    ],
)
async def test_a_file_that_nobody_should_open_is_refused_with_a_reason(
    desk: Desk, content: bytes, file_format: str, code: str
) -> None:
    job = await desk.take_in(content, file_format)
    with shown_on_failure(job):
        assert (job["state"], job["failure"]["code"]) == ("failed", code)
    assert job["failure"]["detail"]
    assert counted(job).get("created") is None
