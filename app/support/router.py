"""The calls on the commercial support of activities."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response

from app.activities import examples
from app.activities.calls import Reading, Reads, Writes, Writing, record_response
from app.activities.part_calls import read_part, save_part
from app.activities.parts import Replacement, split_echo
from app.activities.presenting import changed_fields, warnings_of
from app.activities.problems import CLOSED
from app.activities.repository import Record
from app.activities.router import ActivityId
from app.activities.schemas import CommercialSupport
from app.activities.support_rules import CONTRADICTION, RECEIVED_YEAR
from app.core.database import Transaction
from app.core.openapi import IF_CHANGED, describe
from app.core.replies import json_response
from app.core.request_body import read_json
from app.support.schemas import ActivitySupport, ProviderSupport
from app.support.totals import support_totals

SERVED: Final = ("activity_id", "totals", "warnings", "version")
EXAMPLE: Final = {
    "received": True,
    "sources": [
        {"source": "Acme Pharma", "monetary": True, "amount": 12500, "in_kind": False},
        {
            "source": "Example Devices",
            "monetary": False,
            "in_kind": True,
            "in_kind_nature": ["durable_equipment"],
        },
    ],
}

router = APIRouter(prefix="/v1/providers/{provider_id}", tags=["Commercial support"])


@router.get(
    "/activities/{activity_id}/commercial-support",
    response_model=ActivitySupport,
    operation_id="support_get",
    **describe(parameters=examples.READY, headers=[IF_CHANGED]),
)
async def get(call: Reads, activity_id: ActivityId, request: Request) -> Response:
    """Read the commercial support of an activity, and what it adds up to."""
    return await read_part(call, request, activity_id, _describe)


@router.put(
    "/activities/{activity_id}/commercial-support",
    response_model=ActivitySupport,
    operation_id="support_replace",
    **describe(
        body=CommercialSupport,
        example=EXAMPLE,
        parameters=examples.READY,
        headers=[examples.IF_MATCH],
        problems=(CLOSED, CONTRADICTION, RECEIVED_YEAR),
    ),
)
async def replace(call: Writes, activity_id: ActivityId, request: Request) -> Response:
    """Replace the commercial support of an activity; what is left out becomes unanswered."""
    said, echoed = split_echo(await read_json(request), SERVED)

    async def work_out(transaction: Transaction, current: Record) -> Replacement:
        # What the support adds up to is worked out only where it was sent back.
        now = await _describe(call, transaction, current) if echoed else {}
        return Replacement(
            {"commercial_support": said},
            "/commercial_support",
            changed=changed_fields(echoed, now),
        )

    return record_response(await save_part(call, activity_id, work_out, _describe))


@router.get(
    "/commercial-support",
    response_model=ProviderSupport,
    operation_id="support_totals",
    **describe(),
)
async def total(
    call: Reads,
    year: Annotated[
        int | None, Query(ge=1900, le=2200, description="The year in which it was received.")
    ] = None,
) -> Response:
    """Read what all support of a provider adds up to, for the yearly summary."""
    provider_id = call.access.provider_id

    async def add_up(transaction: Transaction) -> dict[str, Any]:
        totals = await support_totals(transaction, provider_id, year=year)
        return {"provider_id": provider_id, "year": year, **totals.as_document()}

    return json_response(await call.access.run(add_up))


async def _describe(call: Reading | Writing, transaction: Transaction, record: Record) -> Record:
    activity_id = record["activity_id"]
    totals = await support_totals(transaction, call.access.provider_id, activity_id=activity_id)
    return {
        **record["commercial_support"],
        "activity_id": activity_id,
        "totals": totals.as_document(),
        "warnings": warnings_of(record, call.boards),
        "version": record["version"],
    }
