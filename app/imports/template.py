"""The empty template: guidance, then the header, with drop-downs for what has few values."""

import io
from typing import Final

from app.imports.columns import TABLES
from app.imports.readers.rows import Kind
from app.imports.spreadsheets import csv_line, new_workbook, write_row

# How often a part that repeats stands in the template; files may have more of them.
TIMES: Final = {"outcome": 2, "support": 3, "moc": 2, "board": 2}
_ROWS_WITH_CHOICES: Final = 10_000
_WIDTH: Final = 18


def csv_template(kind: Kind) -> bytes:
    """Return the header as CSV."""
    return csv_line([column.name for column in TABLES[kind].columns(TIMES)])


def xlsx_template(kind: Kind) -> bytes:
    """Return a workbook with a row of guidance above the header."""
    columns = TABLES[kind].columns(TIMES)
    target = io.BytesIO()
    workbook = new_workbook(target)
    guidance = workbook.add_format({"italic": True, "text_wrap": True, "font_color": "#555555"})
    header = workbook.add_format({"bold": True, "bg_color": "#DDE7F0"})
    # As text, so that ids keep their zeros and days stay as they are written.
    text = workbook.add_format({"num_format": "@"})
    sheet = workbook.add_worksheet(kind)
    for place, column in enumerate(columns):
        is_number = column.cell == "number"
        sheet.set_column(place, place, _WIDTH, None if is_number else text)
        if column.choices:
            rule = {"validate": "list", "source": list(column.choices)}
            sheet.data_validation(2, place, _ROWS_WITH_CHOICES, place, rule)
    write_row(sheet, 0, [column.help or _few(column.choices) for column in columns], guidance)
    write_row(sheet, 1, [column.name for column in columns], header)
    sheet.freeze_panes(2, 0)
    workbook.close()
    return target.getvalue()


def _few(choices: tuple[str, ...]) -> str | None:
    return f"One of {', '.join(choices)}" if choices else None
