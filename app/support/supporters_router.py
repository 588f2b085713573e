"""The call that suggests how to write the name of a supporter."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from app.auth.access import not_found, require_scope
from app.auth.gates import Caller
from app.auth.principal import Principal
from app.auth.reach import speaks_for
from app.core.database import Database
from app.core.openapi import describe
from app.core.worlds import world_of
from app.support.directory import suggest_supporters
from app.support.schemas import SuggestedSupporter, SuggestedSupporters

router = APIRouter(prefix="/v1/supporters", tags=["Commercial support"])

READ = "activities:read"


@router.get("", operation_id="supporters_search", **describe(parameters={"q": "Acme"}))
async def search(
    principal: Caller,
    request: Request,
    q: Annotated[str, Query(min_length=1, max_length=255, description="A name, or its start.")],
    provider_id: Annotated[
        str | None,
        Query(
            pattern="^[0-9]{7}$",
            description="Whose own names to suggest; needed by credentials of several providers.",
        ),
    ] = None,
    limit: Annotated[int, Query(ge=1, le=50, description="The most suggestions.")] = 10,
) -> SuggestedSupporters:
    """Suggest supporters that may be meant, the most alike first.

    They come from the directory, which knows one company under several ways of writing
    its name, and from what the provider itself reported before.
    """
    database = world_of(request).database
    whose = await _whose_names(principal, provider_id, database)
    rows = None if whose is None else principal.rows(whose, reading=True)
    found = await database.run(
        rows, lambda transaction: suggest_supporters(transaction, q, whose, limit)
    )
    return SuggestedSupporters(data=[SuggestedSupporter(**row) for row in found])


async def _whose_names(
    principal: Principal, provider_id: str | None, database: Database
) -> str | None:
    """Return the provider whose own names may be shown, or None for the directory alone.

    Raises ProblemError 404 for a provider of others, and 403 without the scope to read.
    """
    if provider_id is not None:
        if not await speaks_for(principal, provider_id, database):
            raise not_found()
        require_scope(principal, READ)
        return provider_id
    alone = len(principal.providers) == 1 and READ in principal.scopes
    return next(iter(principal.providers)) if alone else None
