"""Every error is a problem to the client, wherever it was raised."""

from http import HTTPStatus
from typing import Final

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request

from app.core.errors import ErrorCode, ProblemError, declare
from app.core.parameters import parameter_problem
from app.core.request_body import BODY_TOO_LARGE, MEDIA_TYPE_UNSUPPORTED
from app.core.unknown_paths import method_not_allowed, unknown_path

REQUEST_UNREADABLE = declare(
    "request.unreadable",
    400,
    "The request cannot be read",
    "Send a well-formed HTTP request.",
)
HEAD_TOO_LARGE = declare(
    "request.head_too_large",
    431,
    "The head of the request is too large",
    "Send at most 100,000 bytes of address and headers.",
)
REQUEST_TOO_SLOW = declare(
    "request.too_slow",
    408,
    "The rest of the request did not come",
    "Send a request without pauses of a minute; the same one can be sent again.",
)
SERVER_FAULT = declare(
    "server.fault",
    500,
    "The server has a fault",
    "Report the request id to the operator of this server; the request itself may be right.",
)
_KINDS_BY_STATUS: Final[dict[int, ErrorCode]] = {
    413: BODY_TOO_LARGE,
    415: MEDIA_TYPE_UNSUPPORTED,
}
MOST_BYTES_OF_A_HEAD: Final = 100_000


def problem_from(error: Exception, request: Request) -> ProblemError:
    """Return the problem that this error is to the client."""
    if isinstance(error, ProblemError):
        return error
    if isinstance(error, RequestValidationError):
        return parameter_problem(error)
    if isinstance(error, HTTPException) and error.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
        return _problem_of_status(error, request)
    return ProblemError(SERVER_FAULT, "The fault is ours; it is logged under the request id.")


def head_too_large() -> ProblemError:
    """Return the refusal of a request whose head does not end."""
    detail = f"The head has more than {MOST_BYTES_OF_A_HEAD:,} bytes. Nothing was done."
    return ProblemError(HEAD_TOO_LARGE, detail)


def request_too_slow() -> ProblemError:
    """Return the refusal of a request whose client stopped in the middle of it."""
    detail = "Nothing more of the request came for a minute. Nothing was done."
    return ProblemError(REQUEST_TOO_SLOW, detail)


def _problem_of_status(error: HTTPException, request: Request) -> ProblemError:
    match error.status_code:
        case 404:
            return unknown_path(request)
        case 405:
            return method_not_allowed(request)
        case status:
            kind = _KINDS_BY_STATUS.get(status, REQUEST_UNREADABLE)
            return ProblemError(kind, kind.title + ".", headers=error.headers)
