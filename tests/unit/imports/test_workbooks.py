"""Workbooks are written beside the event loop, sheet after sheet."""

import asyncio
import io
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from app.imports import spreadsheets
from app.imports.models import Import
from app.imports.result_files import result_file
from app.imports.results import RejectedRow
from tests.patience import PATIENCE

JOB = Import(kind="activities", format="xlsx", layout={"columns": ["title", "credits"]})
WRONG = RejectedRow(7, [{"code": "c", "pointer": "/credits", "message": "m"}], '["Pain", "many"]')


async def in_pages(*pages: list[list[object]]) -> AsyncIterator[list[list[object]]]:
    for page in pages:
        yield page


async def test_rows_behind_a_full_sheet_stand_below_a_header_of_their_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(spreadsheets, "ROWS_OF_A_SHEET", 2)
    pieces = spreadsheets.xlsx_pieces(["name"], in_pages([["a"], ["b"], ["c"]], [["d"], ["e"]]))
    assert sheets(b"".join([piece async for piece in pieces])) == [
        [["name"], ["a"], ["b"]],
        [["name"], ["c"], ["d"]],
        [["name"], ["e"]],
    ]


async def test_a_workbook_without_rows_has_the_header() -> None:
    pieces = spreadsheets.xlsx_pieces(["name"], in_pages())
    assert sheets(b"".join([piece async for piece in pieces])) == [[["name"]]]


class Waiting(list[RejectedRow]):
    """Rows that come when the event loop has done something else."""

    loop: asyncio.AbstractEventLoop

    def __iter__(self) -> Iterator[RejectedRow]:
        others_were_served = threading.Event()
        self.loop.call_soon_threadsafe(others_were_served.set)
        assert others_were_served.wait(PATIENCE), "the event loop stood still"
        return super().__iter__()


async def test_others_are_served_while_rejected_rows_become_a_workbook() -> None:
    page = Waiting([WRONG])
    page.loop = asyncio.get_running_loop()

    async def pages() -> AsyncIterator[Waiting]:
        yield page

    content = b"".join([piece async for piece in result_file(JOB, pages())])
    (rows,) = sheets(content)
    assert rows[1] == ["Pain", "many", 7, "c", "credits: m"]


def sheets(content: bytes) -> list[list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
