"""Tables bring every cell in, or say why not: nothing of them is left behind unsaid."""

import csv
import io
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from app.core.clock import Clock
from app.core.database import Database
from app.imports.readers.table import MOST_COLUMNS
from app.imports.spreadsheets import csv_line, new_workbook, write_row
from tests.builders import complete_activity, moc_board, support_source
from tests.harness import ReportingProvider
from tests.imports_support import Desk, counted, ndjson, shown_on_failure

Document = dict[str, Any]
HEADER = ["internal_id", "format", "start_date", "end_date", "title"]
ROW = ["T-1", "live_course", "2026-05-01", "2026-05-03", "Heart"]


@pytest.fixture
def desk(provider: ReportingProvider, database: Database, clock: Clock) -> Desk:
    return Desk(provider, database, clock)


def as_csv(*rows: list[Any]) -> bytes:
    return b"".join(map(csv_line, rows))


def as_xlsx(*rows: list[Any]) -> bytes:
    target = io.BytesIO()
    workbook = new_workbook(target)
    sheet = workbook.add_worksheet()
    for place, cells in enumerate(rows):
        write_row(sheet, place, cells)
    workbook.close()
    return target.getvalue()


def cells_of(content: bytes, file_format: str) -> list[list[Any]]:
    if file_format == "csv":
        return list(csv.reader(io.StringIO(content.decode())))
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    rows: list[list[Any]] = book.get_sheet_by_index(0).to_python()
    return rows


WRITTEN = {"csv": as_csv, "xlsx": as_xlsx}
TABLES = pytest.mark.parametrize("file_format", sorted(WRITTEN))


async def sent_back(desk: Desk, file_format: str, record: Document) -> Document:
    """Enter a record, export it as a table, and return the import of that table."""
    assert counted(await desk.take_in(ndjson([record])))["created"] == 1
    url = f"/v1/providers/{desk.provider.provider_id}/exports/activities"
    reply = await desk.provider.client.get(url, params={"format": file_format})
    return await desk.take_in(reply.content, file_format)


@TABLES
async def test_the_widest_record_comes_back_unchanged(desk: Desk, file_format: str) -> None:
    sources = [support_source(source=f"Company {number}") for number in range(200)]
    boards = [moc_board(), moc_board(board="ABS", practice_areas=[], content_areas=[])]
    measures = ["learner_knowledge", "learner_competence", "learner_performance"]
    measures += ["patient_health", "community_health"]
    record = complete_activity(
        commercial_support={"received": True, "sources": sources},
        outcome_measures=[{"measure": measure, "kinds": []} for measure in measures],
    )
    record["moc"]["boards"] = boards
    record["moc"]["boards"][1]["credit_types"] = ["Accredited CME"]
    job = await sent_back(desk, file_format, record)
    with shown_on_failure(job):
        assert counted(job) == {"total": 1, "unchanged": 1}


@TABLES
async def test_a_name_with_a_semicolon_is_still_one_name_after_an_export(
    desk: Desk, file_format: str
) -> None:
    names = ["Smith; Jones Clinic", 'The "Good" Clinic', '"Valley" Clinic', "Plain Clinic"]
    job = await sent_back(desk, file_format, complete_activity(joint_providers=names))
    with shown_on_failure(job):
        assert counted(job) == {"total": 1, "unchanged": 1}


@TABLES
@pytest.mark.parametrize("text", ["'=1+1", "''@x", "  two blanks  ", "a line\n", "\n=b", "_x000D_"])
async def test_text_is_the_same_to_the_letter_after_an_export(
    desk: Desk, file_format: str, text: str
) -> None:
    line = text.strip("\n").replace("\n", " ")
    record = complete_activity(
        title=line,
        location=line,
        city=line,
        description=text,
        commercial_support={"received": True, "sources": [support_source(source=line)]},
    )
    record["moc"]["attestation"]["attested_by"] = line
    job = await sent_back(desk, file_format, record)
    with shown_on_failure(job):
        assert counted(job) == {"total": 1, "unchanged": 1}


async def test_the_file_of_rejected_rows_has_each_cell_as_it_was_sent(desk: Desk) -> None:
    header, row = HEADER, ["'=1+1", *ROW[1:]]
    content = WRITTEN["csv"](header, [*row, "Lung and Brain"])
    for _ in range(2):
        content = (await desk.rejected_file(await desk.take_in(content, "csv"))).content
        assert cells_of(content, "csv")[1][0] == "''=1+1"


@TABLES
async def test_a_table_of_more_columns_than_a_record_has_is_refused_with_both_numbers(
    desk: Desk, file_format: str
) -> None:
    most = MOST_COLUMNS["activities"]
    header = [*HEADER, *(f"x_{number}" for number in range(most + 1 - len(HEADER)))]
    job = await desk.take_in(WRITTEN[file_format](header, ROW), file_format)
    with shown_on_failure(job):
        assert (job["state"], job["failure"]["code"]) == ("failed", "import.file_refused")
    assert f"{most + 1:,} columns; it may have {most:,}." in job["failure"]["detail"]
    reply = await desk.rejected_file(job)
    assert cells_of(reply.content, file_format) == [
        ["import_row", "import_codes", "import_reasons"]
    ]


async def test_the_reason_names_the_column_of_a_late_source_as_well(desk: Desk) -> None:
    sources = [f"support_{number}_source" for number in range(1, 31)]
    names = [f"Company {number}" for number in range(1, 31)]
    header = [*HEADER, "support_received", *sources, "support_30_monetary"]
    job = await desk.take_in(as_csv(header, [*ROW, "yes", *names, "perhaps"]), "csv")
    (told,) = csv.DictReader(io.StringIO((await desk.rejected_file(job)).text))
    assert told["import_reasons"].startswith("support_30_monetary: ")


async def test_many_unknown_columns_are_named_as_far_as_a_problem_goes(desk: Desk) -> None:
    header = [*HEADER, *(f"x_{number}" for number in range(500))]
    job = await desk.take_in(as_csv(header, ROW), "csv")
    assert job["failure"]["code"] == "import.columns_unknown"
    assert len(job["failure"]["errors"]) == 100


async def test_one_place_under_two_spellings_of_its_column_is_refused(desk: Desk) -> None:
    header = [*HEADER, "support_1_source", "support_01_source"]
    job = await desk.take_in(as_csv(header, [*ROW, "Acme", "Beta"]), "csv")
    with shown_on_failure(job):
        assert (job["state"], job["failure"]["code"]) == ("failed", "import.columns_unknown")
    (error,) = job["failure"]["errors"]
    assert "support_1_source is there more than once" in error["message"]


@TABLES
async def test_a_row_with_a_cell_that_has_no_column_is_rejected_and_told_where(
    desk: Desk, file_format: str
) -> None:
    content = WRITTEN[file_format](HEADER, [*ROW, " Lung and Brain"], ["T-2", *ROW[1:], "", "  "])
    job = await desk.take_in(content, file_format)
    with shown_on_failure(job):
        assert counted(job) == {"total": 2, "created": 1, "rejected": 1}
    (row,) = await desk.results(job, status="rejected")
    (problem,) = row["problems"]
    assert (row["row"], problem["code"]) == (1, "import.cell_without_column")
    assert "Column 6 " in problem["message"]
    assert "quotation marks" in problem["message"]


@TABLES
async def test_a_cell_without_a_column_stays_in_the_file_of_rejected_rows(
    desk: Desk, file_format: str
) -> None:
    content = WRITTEN[file_format](HEADER, [*ROW, "Lung and Brain"])
    for _ in range(2):
        reply = await desk.rejected_file(await desk.take_in(content, file_format))
        header, cells = cells_of(reply.content, file_format)
        assert header[: len(HEADER) + 1] == [*HEADER, "import_row"]
        assert cells[: len(ROW)] == ROW
        assert cells[-1] == "Lung and Brain"
        content = reply.content
    assert await desk.activities() == []


async def test_a_cell_under_an_empty_name_in_the_header_is_not_passed_over(desk: Desk) -> None:
    header = [*HEADER[:2], "", *HEADER[2:]]
    rows = [[*ROW[:2], note, *ROW[2:]] for note in ("a note", "")]
    rows[1][0] = "T-2"
    job = await desk.take_in(as_csv(header, *rows), "csv")
    with shown_on_failure(job):
        assert counted(job) == {"total": 2, "created": 1, "rejected": 1}
    (cause,) = job["causes"]
    assert "Column 3 " in cause["message"]


async def test_an_unquoted_comma_in_a_table_of_completions_repeats_nothing_of_a_person(
    desk: Desk,
) -> None:
    content = b"activity_id,credit_id,family_name\n100000001,C-1,Doe, Jane\n"
    job = await desk.take_in(content, "csv", kind="completions")
    with shown_on_failure(job):
        assert counted(job) == {"total": 1, "rejected": 1}
    assert [cause["code"] for cause in job["causes"]] == ["import.cell_without_column"]
    assert "Jane" not in str(job)


async def test_a_row_of_csv_that_goes_on_and_on_is_refused(desk: Desk) -> None:
    line = ",".join(HEADER).encode() + b"\n" + b"x," * 1_000_001
    job = await desk.take_in(line, "csv")
    with shown_on_failure(job):
        assert (job["state"], job["failure"]["code"]) == ("failed", "import.file_refused")
    assert "line 2 has more than 2,000,000 characters" in job["failure"]["detail"]
