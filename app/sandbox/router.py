"""The call that takes back what was tried out."""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request, Response

from app.auth.access import not_found, require_scope
from app.auth.gates import KIND_NOT_PERMITTED, caller
from app.core.clock import Clock
from app.core.database import Database, Transaction
from app.core.empty_body import NothingSent
from app.core.errors import ProblemError
from app.core.etag import SeveralRecords
from app.core.idempotency import OnceOnly
from app.core.openapi import describe
from app.core.replies import json_response
from app.core.trials import ValidateOnly
from app.core.worlds import clock_of, world_of
from app.sandbox.problems import LIVE_RECORDS_STAY, live_records_stay
from app.sandbox.resetting import reset
from app.sandbox.schemas import SandboxReset

router = APIRouter(prefix="/v1/sandbox", tags=["Sandbox"])

_SCOPE: Final = "activities:write"


@dataclass(frozen=True, slots=True)
class Resetting:
    """Whose records may be reset by this request, all of which are in the sandbox."""

    providers: tuple[str, ...]
    database: Database
    clock: Clock


class ResetGate:
    """A dependency that lets test keys of providers and vendors through."""

    def __init__(self) -> None:
        self.scopes = (_SCOPE,)

    async def __call__(
        self,
        request: Request,
        providers: Annotated[
            str | None,
            Query(
                description="Seven digits each, with commas between them. "
                "Left out: all for whom the key speaks.",
                pattern=r"^[0-9]{7}(,[0-9]{7})*$",
            ),
        ] = None,
    ) -> Resetting:
        """Return what may be reset; raise ProblemError 401, 429, 403 or 404."""
        principal = await caller(request)
        world = world_of(request)
        if world.mode != "test":
            raise live_records_stay()
        if principal.kind not in ("provider", "vendor"):
            detail = "This call is for credentials of providers and vendors."
            raise ProblemError(KIND_NOT_PERMITTED, detail)
        own = principal.providers
        asked = own if providers is None else frozenset(providers.split(","))
        if not asked <= own:
            raise not_found()
        require_scope(principal, *self.scopes)
        return Resetting(tuple(sorted(asked)), world.database, clock_of(request))


Resets = Annotated[Resetting, Depends(ResetGate())]


@router.post(
    "/reset",
    response_model=SandboxReset,
    operation_id="sandbox_reset",
    **describe(problems=[LIVE_RECORDS_STAY, KIND_NOT_PERMITTED]),
)
async def reset_sandbox(
    call: Resets,
    _several: SeveralRecords,
    once: OnceOnly,
    _body: NothingSent,
    validate_only: ValidateOnly = False,  # noqa: FBT002 - a query parameter
) -> Response:
    """Delete everything that was entered with test keys, closed activities too.

    Activities with all that belongs to them, contacts, imports, their history and the change
    feed are gone. The registration, its credentials, and everything live stay as they are.
    The demo begins anew with its records.
    """

    async def work(transaction: Transaction) -> Response:
        data = [await reset(transaction, provider_id, call.clock) for provider_id in call.providers]
        return json_response({"data": data})

    # A vendor may have been left without any provider; then there is nothing to be about.
    rows = call.providers[0] if call.providers else None
    return await call.database.run(rows, once(work), save=not validate_only)
