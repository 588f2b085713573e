"""What is looked at before a workbook is opened: a small file can be an enormous sheet.

A workbook is a ZIP of XML files. Its sheets are walked once, piece by piece, without
keeping them: how large they are when unpacked, and how far their cells reach.
"""

import re
import zipfile
from pathlib import Path
from typing import Final

from app.imports.problems import FILE_REFUSED, FILE_UNREADABLE
from app.imports.readers.rows import file_problem
from app.imports.readers.table import MOST_COLUMNS

MOST_PARTS: Final = 2000
MOST_UNPACKED: Final = 300_000_000
MOST_CELLS: Final = 6_000_000
# Each table has its own limit; a sheet beyond all of them need not be opened.
MOST_WIDTH: Final = max(MOST_COLUMNS.values())
_PIECE: Final = 1 << 20
_LONGEST_NAME: Final = 64
# None looks beyond the next bracket: of elements that never end each would be read to the end.
_CELL: Final = re.compile(rb"<(?:\w+:)?c\s[^<>]*?r=[\"']([A-Z]{1,4})(\d{1,7})[\"']")
_ROW: Final = re.compile(rb"<(?:\w+:)?row\s[^<>]*?r=[\"'](\d{1,7})[\"']")
# A cell that does not say where it stands reaches as far as it likes.
_CELL_NOWHERE: Final = re.compile(rb"<(?:\w+:)?c(?=[\s/>])(?![^<>]*\sr=[\"'][A-Z])[^<>]*[<>]")
_DOCTYPE: Final = re.compile(rb"<!DOCTYPE|<!ENTITY", re.IGNORECASE)


def refuse_dangerous(path: Path) -> None:
    """Raise ProblemError for a workbook that nobody should open, with the reason."""
    try:
        with zipfile.ZipFile(path) as archive:
            _refuse_parts(archive)
            for part in archive.infolist():
                _walk(archive, part)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError):
        detail = "The file is no Excel workbook (.xlsx), or it is damaged or encrypted."
        raise file_problem(FILE_UNREADABLE, detail) from None


def _refuse_parts(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if len(parts) > MOST_PARTS:
        raise file_problem(FILE_REFUSED, f"The workbook has more than {MOST_PARTS:,} parts.")
    names = [part.filename.lower() for part in parts]
    if len(set(names)) < len(names):
        raise file_problem(FILE_REFUSED, "The workbook has two parts of one name.")
    if any("vbaproject" in name or name.startswith("xl/macrosheets/") for name in names):
        raise file_problem(FILE_REFUSED, "The workbook contains macros.")
    if sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise _too_large()


def _walk(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    is_sheet = part.filename.lower().startswith("xl/worksheets/")
    unpacked, columns, rows, tail = 0, 0, 0, b""
    with archive.open(part) as file:
        while piece := file.read(_PIECE):
            # The directory of the archive may say less than there is.
            unpacked += len(piece)
            if unpacked > MOST_UNPACKED:
                raise _too_large()
            text = tail + piece
            if part.filename.lower().endswith((".xml", ".rels")) and _DOCTYPE.search(text):
                raise file_problem(FILE_REFUSED, "The workbook declares a document type.")
            if is_sheet:
                if _CELL_NOWHERE.search(text):
                    raise file_problem(FILE_REFUSED, "A cell does not say where it stands.")
                cells = _CELL.findall(text)
                columns = max([columns, *map(_number, {letters for letters, _ in cells})])
                reached = [int(row) for _, row in cells] + [int(row) for row in _ROW.findall(text)]
                rows = max([rows, *reached])
                _refuse_reach(columns, rows)
            tail = text[-_LONGEST_NAME:]


def _refuse_reach(columns: int, rows: int) -> None:
    if columns > MOST_WIDTH:
        detail = f"The sheet reaches over {columns:,} columns; it may have {MOST_WIDTH:,}."
        raise file_problem(FILE_REFUSED, detail)
    if columns * rows > MOST_CELLS:
        detail = f"The sheet reaches over more than {MOST_CELLS:,} cells; send it as CSV."
        raise file_problem(FILE_REFUSED, detail)


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _too_large() -> Exception:
    return file_problem(FILE_REFUSED, f"Unpacked it has more than {MOST_UNPACKED:,} bytes.")
