"""An import on the wire: the job, what it met, and what became of its rows."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from app.core.replies import ListPage, Part, WriteOutcome, after_a_write
from app.imports.outcomes import Outcome
from app.imports.readers.rows import FormatName, Kind

State = Literal["queued", "running", "succeeded", "succeeded_with_errors", "failed", "cancelled"]


class ImportCounts(Part):
    """How many rows came to what. Until the rows are counted, `total` is null."""

    total: int | None
    created: int
    updated: int
    unchanged: int
    deleted: int
    rejected: int
    unprocessed: int | None


class ImportCause(Part):
    """One reason, with how many rows were rejected for it, and how many parts with them."""

    code: str
    pointer: str = Field(description="Positions in lists are written as `{i}`.")
    value: Any
    message: str
    severity: Literal["error", "warning"]
    count: int
    children: int = Field(description="Sources and boards that went with the rejected rows.")
    did_you_mean: list[str]
    first_rows: list[int] = Field(
        description="Row 1 is that of the first record; in a table it is the one below the header."
    )


class ImportFailure(Part):
    """Why a whole file was refused."""

    code: str
    title: str
    detail: str
    errors: list[dict[str, Any]]


class ImportJob(Part):
    """A file that was sent, and how far its rows have been taken in."""

    import_id: str
    provider_id: str
    kind: Kind
    format: FormatName
    dry_run: bool
    state: State
    file_name: str | None
    size: int = Field(description="Bytes.")
    counts: ImportCounts
    rows_per_second: float | None
    seconds_left: float | None
    causes: list[ImportCause]
    failure: ImportFailure | None
    cancel_requested: bool
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    results: str = Field(description="Where the result of each row is.")
    meta: WriteOutcome | None = after_a_write()


class ImportList(Part):
    """Imports, from the newest on."""

    data: list[ImportJob]
    page: ListPage


class RowProblem(Part):
    """One thing that is wrong with a row."""

    code: str
    pointer: str
    message: str
    value: Any
    did_you_mean: list[str]


class RowResult(Part):
    """What became of one row. The first row of records is number 1."""

    row: int
    result: Outcome
    record_id: str | None
    label: str | None = Field(description="How you know the record, where it was rejected.")
    problems: list[RowProblem]


class RowResultList(Part):
    """What became of the rows, in the order of the file."""

    data: list[RowResult]
    page: ListPage
