"""The calls of an accreditor on the deadlines of its providers."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Request, Response

from app.auth.gates import AccreditorAccess, AccreditorGate
from app.core.etag import WithoutVersion
from app.core.openapi import describe
from app.core.replies import json_response
from app.core.request_body import read_json
from app.core.worlds import clock_of
from app.providers.deadline_reading import FIRST_YEAR, LAST_YEAR, YearAsked, deadline_list
from app.providers.deadline_setting import (
    DEADLINE_OUT_OF_RANGE,
    DeadlineRequest,
    Deadlines,
    last_day_from,
)
from app.providers.repository import deadlines_set
from app.providers.schemas import DeadlineList, ReportingDeadlineRow

router = APIRouter(prefix="/v1/accreditors/{accreditor_id}/deadlines", tags=["Accreditors"])

Reads = Annotated[AccreditorAccess, Depends(AccreditorGate("activities:read"))]
Sets = Annotated[AccreditorAccess, Depends(AccreditorGate("deadlines:write"))]
_YEAR_EXAMPLE: Final = {"example": 2026}
Year = Annotated[
    int,
    Path(
        ge=FIRST_YEAR,
        le=LAST_YEAR,
        description="The year in which the activities ended.",
        json_schema_extra=_YEAR_EXAMPLE,
    ),
]


@router.get("", response_model=DeadlineList, operation_id="accreditors_deadlines", **describe())
async def list_deadlines(access: Reads, request: Request, year: YearAsked = None) -> Response:
    """List until when the activities of a year are reported: last, this and next year's."""
    own = access.accreditor_id
    exceptions = await access.run(lambda transaction: deadlines_set(transaction, own))
    return json_response(deadline_list(own, exceptions, year, clock_of(request)))


@router.put(
    "/{year}",
    response_model=ReportingDeadlineRow,
    operation_id="accreditors_set_deadline",
    **describe(
        body=DeadlineRequest,
        example={"last_day": "2027-02-28"},
        problems=[DEADLINE_OUT_OF_RANGE],
    ),
)
async def set_deadline(
    access: Sets, _without: WithoutVersion, year: Year, request: Request
) -> Response:
    """Set the last day on which the accreditor's providers report a year.

    It is the usual day or an earlier one; ACCME, whose usual day it is, may also grant more
    time. It stands as it is set, also on a weekend. Until the end of that day providers may
    reopen what ended in the year; the accreditor may at any time.
    """
    last_day = last_day_from(await read_json(request), year, access.accreditor_id)
    clock = clock_of(request)
    row = await access.run(
        lambda transaction: Deadlines(access, transaction, clock).set(year, last_day)
    )
    return json_response(row)


@router.delete("/{year}", status_code=204, operation_id="accreditors_unset_deadline", **describe())
async def unset_deadline(
    access: Sets, _without: WithoutVersion, year: Year, request: Request
) -> Response:
    """Return to the usual day: March 31, or the next business day."""
    clock = clock_of(request)
    await access.run(lambda transaction: Deadlines(access, transaction, clock).unset(year))
    return Response(status_code=204)
