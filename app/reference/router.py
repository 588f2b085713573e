"""The public calls on certifying boards."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from app.core.errors import ProblemError, declare
from app.core.worlds import world_of
from app.reference.board_catalogue import BoardCatalogue
from app.reference.near import nearest_codes
from app.reference.publishing import described, published
from app.reference.schemas import BoardDetail, BoardList, BoardSummary

UNKNOWN_BOARD = declare(
    "moc_board.unknown",
    404,
    "There is no such board",
    "Take a code from /v1/moc-boards; `did_you_mean` names the nearest.",
)

router = APIRouter(prefix="/v1/moc-boards", tags=["Reference"])

BoardCode = Annotated[str, Path(description="The board's code.")]


@router.get(
    "",
    response_model=BoardList,
    operation_id="moc_boards_list",
    **described(),
)
async def list_boards(request: Request) -> Response:
    """List the boards for which activities can be registered, also those that left."""
    catalogue = world_of(request).part(BoardCatalogue)
    boards = await catalogue.boards()
    return published(request, BoardList(data=[BoardSummary.of(row) for row in boards.values()]))


@router.get(
    "/{board}",
    response_model=BoardDetail,
    operation_id="moc_boards_get",
    **described({"board": "ABIM"}, [UNKNOWN_BOARD]),
)
async def get_board(request: Request, board: BoardCode) -> Response:
    """Read a board's credit types, practice areas, content-area rule and effective dates."""
    catalogue = world_of(request).part(BoardCatalogue)
    boards = await catalogue.boards()
    found = boards.get(board)
    if found is None:
        names = {name: row.code for row in boards.values() for name in (row.code, row.name)}
        raise ProblemError(
            UNKNOWN_BOARD,
            f"The boards are {', '.join(boards)}.",
            members={"did_you_mean": list(nearest_codes(board, names))},
        )
    return published(request, BoardDetail.model_validate(found))
