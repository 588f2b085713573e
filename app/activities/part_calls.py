"""The calls on parts of a record: found in the record, saved through its service."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeAlias

from fastapi import Request, Response

from app.activities.calls import Reading, Writing, record_response
from app.activities.parts import Replacement
from app.activities.repository import ActivityRepository, Record
from app.activities.service import ActivityService
from app.auth.access import existing
from app.core.database import Transaction
from app.core.etag import not_modified

Describe: TypeAlias = Callable[[Reading | Writing, Transaction, Record], Awaitable[Record]]
"""Makes the part's document, with its version, of a stored record."""


async def read_part(
    call: Reading, request: Request, activity_id: str, describe: Describe
) -> Response:
    """Answer with a part of a record; raise ProblemError 404 when there is no such record."""
    part = await call.access.run(
        lambda transaction: _described(call, activity_id, describe, transaction)
    )
    return not_modified(request, part["version"]) or record_response(part)


async def save_part(
    call: Writing,
    activity_id: str,
    replace: Callable[[Transaction, Record], Awaitable[Replacement]],
    describe: Describe,
) -> Record:
    """Replace a part of a record; return the part as it then stands, and what was done.

    `replace` works out the replacement from the stored record, once that is locked.
    """

    async def work(transaction: Transaction) -> Record:
        repository = ActivityRepository(call.access, transaction.driver)
        service = ActivityService(repository, call.boards, call.today)
        saved = await service.replace_part(
            activity_id, partial(replace, transaction), call.precondition
        )
        part = await _described(call, activity_id, describe, transaction)
        # The save has looked further around for warnings than the part does when it is read.
        warnings = saved.record["warnings"]
        return {**part, "warnings": warnings, "meta": {"unchanged": saved.unchanged}}

    return await call.access.run(work, save=not call.validate_only)


async def _described(
    call: Reading | Writing, activity_id: str, describe: Describe, transaction: Transaction
) -> Record:
    record = existing(await ActivityRepository(call.access, transaction.driver).get(activity_id))
    return await describe(call, transaction, record)
