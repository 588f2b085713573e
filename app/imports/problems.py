"""What can be wrong with a file as a whole, and with a row beyond its own record."""

from app.core.database import CONSTRAINT_PROBLEMS
from app.core.errors import declare

FILE_EMPTY = declare(
    "import.file_empty",
    422,
    "The file is empty",
    "Send the file as the body, or as the multipart field `file`.",
)
FILE_TOO_LARGE = declare(
    "import.file_too_large",
    413,
    "The file is too large",
    "Send at most 200 MB; split a larger file.",
)
MULTIPART_INVALID = declare(
    "import.multipart_invalid",
    400,
    "The multipart body cannot be read",
    "Send one file in the field `file`, or send the file itself as the body.",
)
FILE_UNREADABLE = declare(
    "import.file_unreadable",
    422,
    "The file cannot be read as this format",
    "Check `format` against the file; the detail says where reading stopped.",
)
FILE_REFUSED = declare(
    "import.file_refused",
    422,
    "The file contains what a file of records never needs",
    "Save it again without macros, document types and excessive sizes; the detail names what.",
)
TOO_MANY_ROWS = declare(
    "import.too_many_rows",
    422,
    "The file has too many rows",
    "Split the file; the detail says how many rows it may have.",
)
COLUMNS_UNKNOWN = declare(
    "import.columns_unknown",
    422,
    "The table has columns that are not known",
    "Rename the columns as the template has them, or remove them.",
)
CELL_WITHOUT_COLUMN = declare(
    "import.cell_without_column",
    422,
    "A cell stands in a column that has no name",
    "Put quotation marks around a value that contains the separator, or name the column.",
)
ROW_REPEATED = declare(
    "import.row_repeated",
    409,
    "An earlier row of the file has the same key",
    "Keep one row for each record; the message names the earlier row.",
)
ROW_TOO_LARGE = declare(
    "import.row_too_large",
    422,
    "The row is too large",
    "Send at most 2 MB for one record.",
)
NOT_KEPT = declare(
    "import.not_kept",
    422,
    "The file says more than this system keeps",
    "Nothing needs to be done: the rest of the row was taken in.",
)
DELETED_MEANWHILE = declare(
    "import.deleted_meanwhile",
    409,
    "The import was deleted while its file arrived",
    "Send the file again: the sandbox was reset, and nothing of the file was kept.",
)
CONSTRAINT_PROBLEMS["import_pieces_imports_fkey"] = (DELETED_MEANWHILE, DELETED_MEANWHILE.remedy)
IMPORT_FAULT = declare(
    "import.fault",
    500,
    "The import met a fault of the server",
    "What is counted as applied is saved. Send the file again with `force=true`.",
)
