"""What every call on completions carries, and how a write is carried out."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import Depends, Path, Response

from app.activities.calls import Reading, ReadingCall, Writing, WritingCall
from app.activities.repository import ActivityRepository
from app.activities.staged_repository import OvertakenError
from app.auth.access import existing
from app.core.database import Transaction
from app.core.errors import ProblemError
from app.core.etag import etag
from app.core.idempotency import EACH_TIME, Once
from app.core.replies import json_response
from app.learners.completion_book import CompletionBook
from app.learners.completion_masking import PII_SCOPE, masked
from app.learners.completion_problems import DUPLICATE
from app.learners.completion_service import CompletionService, Reported
from app.learners.completion_submission import Record

CompletionReads = Annotated[Reading, Depends(ReadingCall("completions:read"))]
CompletionWrites = Annotated[Writing, Depends(WritingCall("completions:write"))]
CompletionId = Annotated[
    str,
    Path(
        description="Twelve digits, issued by the system.",
        json_schema_extra={"pattern": "^[0-9]{12}$", "example": "100000000001"},
    ),
]


async def open_book(
    call: Writing, transaction: Transaction, activity_id: str
) -> tuple[CompletionBook, CompletionService]:
    """Hold an activity of the provider, and open the book of its completions; or raise 404."""
    book = CompletionBook(call.access, transaction, activity_id)
    held = await book.hold_activity()
    activity = existing(
        await ActivityRepository(call.access, transaction.driver).get(activity_id) if held else None
    )
    return book, CompletionService(book, activity, call.boards, call.today)


async def write(
    call: Writing,
    activity_id: str,
    work: Callable[[CompletionBook, CompletionService], Awaitable[Response]],
    once: Once = EACH_TIME,
) -> Response:
    """Carry out a write on single completions and answer as it says."""

    async def with_book(transaction: Transaction) -> Response:
        book, service = await open_book(call, transaction, activity_id)
        response = await work(book, service)
        try:
            await book.flush()
        except OvertakenError:
            detail = "A completion with this credit_id was saved at the same moment."
            raise ProblemError(DUPLICATE, detail) from None
        return response

    return await call.access.run(once(with_book), save=not call.validate_only)


def answer(reported: Reported) -> Response:
    """Return the reply to a write."""
    completion = {**reported.completion, "meta": {"unchanged": reported.unchanged}}
    if not reported.created:
        return completion_response(completion)
    place = (
        f"/v1/providers/{completion['provider_id']}/activities/{completion['activity_id']}"
        f"/completions/{completion['completion_id']}"
    )
    return completion_response(completion, 201, {"Location": place})


def completion_response(
    completion: Record, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    """Return a completion as JSON with its ETag."""
    tags = {"ETag": etag(completion["version"]), **(headers or {})}
    return json_response(completion, status, tags)


def in_lists(call: Reading) -> Callable[[Record], Record]:
    """Return how this caller sees a completion in a list."""
    return _as_it_is if PII_SCOPE in call.access.principal.scopes else masked


def _as_it_is(completion: dict[str, Any]) -> dict[str, Any]:
    return completion
