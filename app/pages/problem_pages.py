"""`/problems/{code}`: what every `type` of a problem document leads to."""

from http import HTTPStatus
from itertools import groupby
from typing import Annotated, Any

from fastapi import APIRouter, Header
from starlette.responses import Response

from app.core.error_document import codes
from app.core.errors import CATALOGUE, ErrorCode, ProblemError, declare
from app.core.nearest import nearest
from app.core.replies import json_response
from app.pages.rendering import page

PROBLEM_UNKNOWN = declare(
    "problem.unknown",
    404,
    "There is no such error code",
    "Look the code up at /problems.",
)

router = APIRouter(include_in_schema=False)

Accept = Annotated[str, Header(description="JSON when it is asked for, else a page.")]


@router.get("/problems")
async def list_problems(accept: Accept = "") -> Response:
    """Show every error code."""
    if _asks_for_json(accept):
        return _json({"data": [_document(kind) for kind in codes()]})
    groups = [
        (f"{status} {HTTPStatus(status).phrase}", list(kinds))
        for status, kinds in groupby(codes(), key=lambda kind: kind.status)
    ]
    return _varying(page("problems.html", groups=groups))


@router.get("/problems/{code}")
async def show_problem(code: str, accept: Accept = "") -> Response:
    """Explain one error code."""
    kind = CATALOGUE.get(code)
    if kind is None:
        near = list(nearest(code, CATALOGUE))
        detail = "No error of this server has this code."
        raise ProblemError(PROBLEM_UNKNOWN, detail, members={"did_you_mean": near})
    if _asks_for_json(accept):
        return _json(_document(kind))
    phrase = HTTPStatus(kind.status).phrase
    return _varying(page("problem.html", kind=kind, phrase=phrase))


def _document(kind: ErrorCode) -> dict[str, Any]:
    return {
        "type": f"/problems/{kind.code}",
        "code": kind.code,
        "status": kind.status,
        "title": kind.title,
        "remedy": kind.remedy,
    }


def _asks_for_json(accept: str) -> bool:
    return "json" in accept and "text/html" not in accept


def _json(document: dict[str, Any]) -> Response:
    return json_response(document, headers={"Cache-Control": "no-cache", "Vary": "Accept"})


def _varying(response: Response) -> Response:
    response.headers["Vary"] = "Accept"
    return response
