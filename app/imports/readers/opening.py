"""Which reader a format has."""

from pathlib import Path

from app.imports.draft.activity import Boards
from app.imports.readers.csv_table import CsvReader
from app.imports.readers.draft_json import DraftJsonReader
from app.imports.readers.draft_xml import DraftXmlReader
from app.imports.readers.json_array import JsonArrayReader
from app.imports.readers.json_lines import JsonLinesReader
from app.imports.readers.rows import FormatName, Kind, Reader
from app.imports.readers.workbook import WorkbookReader


def open_reader(file_format: FormatName, kind: Kind, path: Path, boards: Boards) -> Reader:
    """Return the reader of a file; raise ProblemError when the file is none of this format."""
    match file_format:
        case "ndjson":
            return JsonLinesReader(path)
        case "json":
            return JsonArrayReader(path)
        case "csv":
            return CsvReader(path, kind)
        case "xlsx":
            return WorkbookReader(path, kind)
        case "draft-json":
            return DraftJsonReader(path, kind, boards)
        case "draft-xml":
            return DraftXmlReader(path, kind, boards)
