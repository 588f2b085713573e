"""The calls on the registration of an activity with one board."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Request, Response

from app.activities import examples
from app.activities.calls import Writes, record_response
from app.activities.part_calls import save_part
from app.activities.parts import Replacement, split_echo
from app.activities.presenting import changed_fields
from app.activities.problems import CLOSED
from app.activities.repository import Record
from app.activities.router import ActivityId
from app.auth.access import not_found
from app.core.database import Transaction
from app.core.errors import Violation, declare, refuse
from app.core.etag import etag
from app.core.openapi import describe, with_headers
from app.core.request_body import read_json
from app.moc.router import PROBLEMS, describe_moc
from app.moc.schemas import ActivityMoc, BoardRegistration
from app.moc.section import moc_section, position_of

BOARD_MISMATCH = declare(
    "moc.board_mismatch",
    422,
    "The body names another board than the URL",
    "Leave `board` out of the body, or repeat the board of the URL.",
)
SERVED: Final = ("resolved",)
EXAMPLE: Final = {
    "practice_areas": ["Medical Oncology"],
    "credit_types": ["Medical Knowledge (Part II)"],
    "credits": 6.25,
    "credit_claim_date": "2027-12-31",
}
ABIM: Final = {**examples.READY, "board": "ABIM"}

router = APIRouter(
    prefix="/v1/providers/{provider_id}/activities/{activity_id}/moc/boards/{board}", tags=["MOC"]
)

BoardCode = Annotated[str, Path(description="The board's code, such as ABIM.")]


@router.put(
    "",
    response_model=ActivityMoc,
    operation_id="moc_boards_register",
    **describe(
        body=BoardRegistration,
        example=EXAMPLE,
        parameters=ABIM,
        headers=[examples.IF_MATCH],
        problems=(*PROBLEMS, BOARD_MISMATCH),
        responses={201: {"model": ActivityMoc, "description": "The board was added."}},
    ),
)
async def register(
    call: Writes, activity_id: ActivityId, board: BoardCode, request: Request
) -> Response:
    """Register the activity with a board, or replace its registration with that board.

    The activity is registered for MOC from then on. The other boards stay as they are.
    """
    said, echoed = split_echo(await read_json(request), SERVED)
    if said.get("board") not in (None, board):
        message = f"The URL says {board}; the body must say the same or leave board out."
        raise refuse([Violation(BOARD_MISMATCH, "/board", message, value=said["board"])])
    added = False

    async def work_out(_transaction: Transaction, current: Record) -> Replacement:
        nonlocal added
        moc, place = current["moc"], position_of(board, current)
        added = place is None
        stands = {} if place is None else moc_section(current)["boards"][place]
        place = len(moc["boards"]) if place is None else place
        boards = [*moc["boards"][:place], {**said, "board": board}, *moc["boards"][place + 1 :]]
        content = {"moc": {**moc, "registered": True, "boards": boards}}
        changed = changed_fields(echoed, stands)
        return Replacement(content, f"/moc/boards/{place}", changed=changed)

    part = await save_part(call, activity_id, work_out, describe_moc)
    return record_response(part, 201 if added else 200)


@router.delete(
    "",
    status_code=204,
    operation_id="moc_boards_unregister",
    **describe(
        parameters=ABIM,
        headers=[examples.IF_MATCH],
        problems=[CLOSED],
        responses={204: with_headers("ETag")},
    ),
)
async def unregister(call: Writes, activity_id: ActivityId, board: BoardCode) -> Response:
    """Take the registration with a board back; the activity stays registered for MOC."""

    async def work_out(_transaction: Transaction, current: Record) -> Replacement:
        moc, place = current["moc"], position_of(board, current)
        if place is None:
            raise not_found()
        boards = [*moc["boards"][:place], *moc["boards"][place + 1 :]]
        return Replacement({"moc": {**moc, "boards": boards}}, "/moc")

    part = await save_part(call, activity_id, work_out, describe_moc)
    return Response(status_code=204, headers={"ETag": etag(part["version"])})
