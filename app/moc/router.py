"""The calls on the MOC of an activity as a whole."""

from typing import Final

from fastapi import APIRouter, Request, Response

from app.activities import examples
from app.activities.calls import Reading, Reads, Writes, Writing, record_response
from app.activities.moc_problems import BOARD_UNKNOWN, CREDIT_TYPE_UNKNOWN, PRACTICE_AREA_UNKNOWN
from app.activities.part_calls import read_part, save_part
from app.activities.parts import Replacement, split_echo
from app.activities.presenting import changed_fields, warnings_of
from app.activities.problems import CLOSED
from app.activities.repository import Record
from app.activities.router import ActivityId
from app.activities.schemas import Moc
from app.core.database import Transaction
from app.core.openapi import IF_CHANGED, describe
from app.core.request_body import read_json
from app.moc.schemas import ActivityMoc
from app.moc.section import moc_section, served_now, take_out_served

SERVED: Final = ("activity_id", "warnings", "version")
PROBLEMS: Final = (CLOSED, BOARD_UNKNOWN, PRACTICE_AREA_UNKNOWN, CREDIT_TYPE_UNKNOWN)
EXAMPLE: Final = {
    "registered": True,
    "attestation": {"attested_by": "CME Coordinator", "attested_on": "2026-07-01"},
    "boards": [
        {
            "board": "ABIM",
            "practice_areas": ["Hematology"],
            "credit_types": ["Medical Knowledge (Part II)"],
            "credits": 6.25,
            "credit_claim_date": "2027-12-31",
        }
    ],
}

router = APIRouter(prefix="/v1/providers/{provider_id}/activities/{activity_id}/moc", tags=["MOC"])


@router.get(
    "",
    response_model=ActivityMoc,
    operation_id="moc_get",
    **describe(parameters=examples.READY, headers=[IF_CHANGED]),
)
async def get(call: Reads, activity_id: ActivityId, request: Request) -> Response:
    """Read the MOC of an activity, with what holds for each board and where it comes from."""
    return await read_part(call, request, activity_id, describe_moc)


@router.put(
    "",
    response_model=ActivityMoc,
    operation_id="moc_replace",
    **describe(
        body=Moc,
        example=EXAMPLE,
        parameters=examples.READY,
        headers=[examples.IF_MATCH],
        problems=PROBLEMS,
    ),
)
async def replace(call: Writes, activity_id: ActivityId, request: Request) -> Response:
    """Replace the MOC of an activity; what is left out becomes unanswered.

    With an attestation the server records which text was in force. Both stay as they are
    when boards are edited later.
    """
    said, echoed = split_echo(await read_json(request), SERVED)
    moc, served = take_out_served(said)

    async def work_out(transaction: Transaction, current: Record) -> Replacement:
        now = await describe_moc(call, transaction, current)
        stands = {**now, **served_now(said, current)}
        changed = changed_fields({**echoed, **served}, stands)
        return Replacement({"moc": moc}, "/moc", changed=changed)

    return record_response(await save_part(call, activity_id, work_out, describe_moc))


async def describe_moc(
    call: Reading | Writing, _transaction: Transaction, record: Record
) -> Record:
    """Return the MOC of a record as it is shown to this call."""
    return {
        **moc_section(record),
        "activity_id": record["activity_id"],
        "warnings": warnings_of(record, call.boards),
        "version": record["version"],
    }
