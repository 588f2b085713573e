"""A small application with the frame, the handlers and the pages of the real one."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, FastAPI, Header, Query, Request
from starlette.responses import JSONResponse, Response

from app.core.deprecation import Deprecated
from app.core.errors import ProblemError, refuse
from app.core.etag import PRECONDITION_REQUIRED
from app.core.fields import Count, Written
from app.core.openapi import Header as HeaderDescription
from app.core.openapi import describe, install_openapi
from app.core.request_body import read_json
from app.core.routing import serve_routes
from app.core.validation import check
from app.pages.problem_pages import router as problem_pages_router
from app.pages.router import router as pages_router


class Part(Written):
    """A part."""

    size: Count | None = None
    kind: Literal["left", "right"] | None = None


class Thing(Written):
    """A thing."""

    name: str | None = None
    part: Part | None = None
    tags: list[str] | None = None


router = APIRouter(prefix="/v1/owners/{owner_id}/things", tags=["Things"])


@router.post(
    "",
    status_code=201,
    response_model=Thing,
    operation_id="things_create",
    **describe(
        body=Thing,
        example={"name": "a thing"},
        parameters={"owner_id": "0000001"},
        headers=[HeaderDescription("Idempotency-Key", "Once only.", "a-1")],
        problems=[PRECONDITION_REQUIRED],
    ),
)
async def create(owner_id: str, request: Request) -> Response:
    """Enter a thing."""
    checked = check(Thing, await read_json(request))
    if checked.violations:
        raise refuse(checked.violations)
    return JSONResponse({"owner_id": owner_id}, 201)


@router.get("", operation_id="things_list", **describe(public=True))
async def list_things(
    owner_id: str,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    tag: Annotated[list[str] | None, Query()] = None,
    known: Annotated[bool, Query()] = False,  # noqa: FBT002 - a query parameter
    depth: Annotated[int, Header()] = 0,
) -> dict[str, Any]:
    """List things."""
    return {"owner_id": owner_id, "limit": limit, "tag": tag, "known": known, "depth": depth}


@router.put("/{number}", operation_id="things_replace")
async def replace(owner_id: str, number: int) -> dict[str, Any]:
    """Replace a thing."""
    return {"owner_id": owner_id, "number": number}


@router.get("/{number}/fault", operation_id="things_fault")
async def fault(owner_id: str, number: int) -> None:
    """Break, with words that nobody may see."""
    message = f"the secret of {owner_id} is {number}"
    raise RuntimeError(message)


@router.get("/{number}/busy", operation_id="things_busy")
async def busy(owner_id: str, number: int) -> None:
    """Refuse, and say when to come again."""
    detail = f"{owner_id} {number}"
    raise ProblemError(PRECONDITION_REQUIRED, detail, headers={"Retry-After": "1"})


OLD_CALL = Deprecated(date(2026, 11, 1), date(2027, 11, 30), "Use things_list.")
OLD_WORD = Deprecated(date(2026, 12, 1), date(2028, 5, 1), "Use tag.", parameter="word")


@router.get(
    "/old/all", operation_id="things_all", **describe(public=True, deprecated=[OLD_CALL, OLD_WORD])
)
async def all_things(
    owner_id: str, word: Annotated[str | None, Query(description="A word.")] = None
) -> dict[str, Any]:
    """List things as it was done before."""
    return {"owner_id": owner_id, "word": word}


@router.get("/old/some", operation_id="things_some", **describe(public=True, deprecated=[OLD_WORD]))
async def some_things(owner_id: str, limit: int = 50, word: str | None = None) -> dict[str, Any]:
    """List some things."""
    return {"owner_id": owner_id, "limit": limit, "word": word}


def small_application() -> FastAPI:
    """Put the application together."""
    application = FastAPI(title="Small", docs_url=None, redoc_url=None, redirect_slashes=False)
    serve_routes(application, (router, pages_router, problem_pages_router))
    install_openapi(application)
    return application
