"""The calls on imports."""

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import StreamingResponse

from app.auth.access import Access, ProviderAccess, existing, require_scope
from app.core.database import Transaction
from app.core.etag import NewRecord, WithoutVersion
from app.core.idempotency import OnceForFile
from app.core.openapi import describe
from app.core.paging import CURSOR_INVALID, USUAL_ROWS, AskedPage, CursorAsked, MostAsked
from app.core.replies import json_response
from app.core.worlds import clock_of, day_set_by
from app.imports.accepting import Accepted, Asked, accept_once
from app.imports.examples import NAMED, describe_upload
from app.imports.jobs import ImportJobs, kind_scope
from app.imports.models import Import
from app.imports.outcomes import Outcome
from app.imports.presenting import path_of, present
from app.imports.readers.rows import FormatName, Kind
from app.imports.result_files import MEDIA_TYPES, file_name, result_file
from app.imports.results import rejected_pages, result_page
from app.imports.schemas import ImportJob, ImportList, RowResultList
from app.imports.spreadsheets import CSV, XLSX
from app.imports.template import csv_template, xlsx_template
from app.imports.uploads import sent_file

router = APIRouter(prefix="/v1/providers/{provider_id}/imports", tags=["Imports"])

Imports = Annotated[Access, Depends(ProviderAccess("imports:write"))]
ImportId = Annotated[str, Path(description="The id of the import.")]
KindOf = Annotated[Kind, Query(description="What the rows are.")]
_BINARY: Final[dict[str, Any]] = {"schema": {"type": "string", "format": "binary"}}


@router.post(
    "",
    status_code=202,
    response_model=ImportJob,
    operation_id="imports_create",
    **describe_upload(),
)
async def create(  # noqa: PLR0913, PLR0917 - the parameters of the call
    access: Imports,
    _new: NewRecord,
    once: OnceForFile,
    request: Request,
    kind: KindOf,
    file_format: Annotated[FormatName, Query(alias="format", description="How it is written.")],
    dry_run: Annotated[  # noqa: FBT002 - a query parameter
        bool, Query(description="Do everything and save nothing.")
    ] = False,
    force: Annotated[  # noqa: FBT002 - a query parameter
        bool, Query(description="Take the file in also when it was sent before.")
    ] = False,
    name: Annotated[
        str | None,
        Query(max_length=255, description="The file's name, for people; a form's is not read."),
    ] = None,
) -> Response:
    """Send a file of up to 200 MB and a million rows: as the body, or as the field `file`.

    It is kept first, and then taken in row by row. The same file again is the same import.
    The rows need a scope of their own: `activities:write` or `completions:write`.
    A day that is set in the sandbox holds for the whole import. Under an `Idempotency-Key`
    the call is known by its URL and the bytes of the file, also when it is forced.
    """
    require_scope(access.principal, kind_scope(kind))
    asked = Asked(kind, file_format, dry_run, force, name, day_set_by(request))

    def answer(accepted: Accepted) -> Response:
        document = present(accepted.job, clock_of(request).stamp())
        document["meta"] = {"unchanged": accepted.known}
        return json_response(document, 202, {"Location": path_of(accepted.job)})

    return await accept_once(access, asked, sent_file(request), once, answer)


@router.get(
    "",
    response_model=ImportList,
    operation_id="imports_list",
    **describe(problems=[CURSOR_INVALID]),
)
async def list_imports(
    access: Imports, request: Request, limit: MostAsked = USUAL_ROWS, cursor: CursorAsked = ""
) -> Response:
    """List imports, from the newest on."""
    asked = AskedPage(
        request, limit, cursor, {"list": "imports", "provider_id": access.provider_id}
    )
    before: str | None = asked.behind[0] if asked.behind else None
    found = await access.run(
        lambda transaction: _jobs(transaction, access).latest(before, asked.most)
    )
    now = clock_of(request).stamp()
    return asked.answer(found, lambda job: [job.import_id], lambda job: present(job, now))


@router.get(
    "/template",
    response_class=Response,
    operation_id="imports_template",
    **describe(
        parameters={"kind": "activities", "format": "csv"},
        responses={
            200: {
                "description": "The empty template.",
                "content": {"text/csv": {"schema": {"type": "string"}}, XLSX: _BINARY},
            }
        },
    ),
)
async def template(
    access: Imports,
    kind: KindOf,
    file_format: Annotated[
        Literal["xlsx", "csv"], Query(alias="format", description="How it is written.")
    ] = "xlsx",
) -> Response:
    """Get the empty template: guidance, header, and drop-downs for what has few values."""
    del access
    content = csv_template(kind) if file_format == "csv" else xlsx_template(kind)
    headers = _as_file(f"{kind}-template.{file_format}")
    return Response(content, 200, headers, CSV if file_format == "csv" else XLSX)


@router.get(
    "/{import_id}",
    response_model=ImportJob,
    operation_id="imports_get",
    **describe(parameters=NAMED),
)
async def get(access: Imports, request: Request, import_id: ImportId) -> Response:
    """Read how far an import has come, and what it met, grouped by cause."""
    job = await _job(access, import_id)
    return json_response(present(job, clock_of(request).stamp()))


@router.delete(
    "/{import_id}",
    response_model=ImportJob,
    operation_id="imports_cancel",
    **describe(parameters=NAMED),
)
async def cancel(
    access: Imports, _without: WithoutVersion, request: Request, import_id: ImportId
) -> Response:
    """Stop an import at the edge of its chunk; what was applied by then stays.

    An import that has come to its end stays as it is.
    """

    async def work(transaction: Transaction) -> Import | None:
        await _jobs(transaction, access).cancel(import_id)
        return await _jobs(transaction, access).get(import_id)

    job = existing(await access.run(work))
    return json_response(present(job, clock_of(request).stamp()))


@router.get(
    "/{import_id}/results",
    response_model=RowResultList,
    operation_id="imports_results",
    **describe(
        parameters=NAMED,
        problems=[CURSOR_INVALID],
        responses={
            200: {
                "description": "The rows, or with `as=file` the file of those rejected.",
                "content": dict.fromkeys(sorted({*MEDIA_TYPES.values()}), _BINARY),
            }
        },
    ),
)
async def results(  # noqa: PLR0913, PLR0917 - the parameters of the call
    access: Imports,
    request: Request,
    import_id: ImportId,
    status: Annotated[Outcome | None, Query(description="Only rows with this result.")] = None,
    as_what: Annotated[
        Literal["json", "file"],
        Query(
            alias="as",
            description="`file`: the rejected rows in the format that was sent, with reasons.",
        ),
    ] = "json",
    limit: MostAsked = USUAL_ROWS,
    cursor: CursorAsked = "",
) -> Response:
    """Read what became of each row, in the order of the file.

    It repeats what was sent, and so needs the scope to write such rows, like the sending.
    """
    job = await _job(access, import_id)
    # What was sent comes back here, which is for whoever may write such records.
    require_scope(access.principal, kind_scope(job.kind))
    if as_what == "file":
        return StreamingResponse(
            result_file(job, rejected_pages(access, import_id)),
            headers=_as_file(file_name(job)),
            media_type=MEDIA_TYPES[job.format],
        )
    asked = AskedPage(
        request, limit, cursor, {"list": "results", "import_id": import_id, "status": status}
    )
    after: int = asked.behind[0] if asked.behind else 0
    found = await result_page(access, import_id, status, after, asked.most)
    return asked.answer(found, lambda row: [row["row"]], lambda row: row)


def _jobs(transaction: Transaction, access: Access) -> ImportJobs:
    return ImportJobs(transaction, access.provider_id)


async def _job(access: Access, import_id: str) -> Import:
    return existing(await access.run(lambda transaction: _jobs(transaction, access).get(import_id)))


def _as_file(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}
