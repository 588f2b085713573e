"""The gates in front of what belongs to no single provider: an accreditor's, the register's."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import Depends, Path, Request

from app.auth.access import authenticated, charge, not_found, require_scope
from app.auth.principal import Principal
from app.core.audit import Actor
from app.core.database import Database, Transaction
from app.core.errors import ProblemError, declare
from app.core.row_scope import REGISTRY, RowScope, of_accreditor
from app.core.worlds import world_of

T = TypeVar("T")

KIND_NOT_PERMITTED = declare(
    "credential.kind_not_permitted",
    403,
    "The call is for another kind of credential",
    "Use a credential of the kind that `detail` names; GET /v1/me tells the kind of yours.",
)

AccreditorId = Annotated[
    str,
    Path(
        min_length=1,
        max_length=100,
        description="The accreditor's own id, such as CMA.",
        json_schema_extra={"example": "ACCME"},
    ),
]


@dataclass(frozen=True, slots=True)
class SharedAccess:
    """What one request may touch that belongs to no single provider."""

    principal: Principal
    request_id: str
    database: Database
    rows: RowScope

    @property
    def actor(self) -> Actor:
        """Return who makes the changes that this request makes."""
        return Actor(self.principal.kind, self.principal.credential_id, self.request_id)

    async def run(self, work: Callable[[Transaction], Awaitable[T]], *, save: bool = True) -> T:
        """Carry out `work` in one transaction of these rows."""
        return await self.database.run(self.rows, work, save=save)

    async def read_recent(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """Read these rows for a list; the latest may still be missing in it."""
        return await self.database.read_recent(self.rows, work)


@dataclass(frozen=True, slots=True)
class AccreditorAccess(SharedAccess):
    """What one request of an accreditor may touch: what belongs to its own providers."""

    accreditor_id: str


async def caller(request: Request) -> Principal:
    """Let everybody through who is known; raise ProblemError 401 or 429."""
    principal = await authenticated(request)
    await charge(request, principal)
    return principal


Caller = Annotated[Principal, Depends(caller)]


class RegistryGate:
    """A dependency that lets the operator through to the register."""

    def __init__(self, scope: str) -> None:
        self.scopes = (scope,)

    async def __call__(self, request: Request) -> SharedAccess:
        """Return the access; raise ProblemError 401, 429 or 403."""
        principal = await caller(request)
        require_scope(principal, *self.scopes)
        request_id = request.scope["state"]["request_id"]
        return SharedAccess(principal, request_id, world_of(request).database, REGISTRY)


class AcrossProviders:
    """A dependency that lets accreditors through to what belongs to all their providers."""

    def __init__(self, scope: str) -> None:
        self.scopes = (scope,)

    async def __call__(self, request: Request) -> AccreditorAccess:
        """Return the access; raise ProblemError 401, 429 or 403."""
        principal = await caller(request)
        if principal.accreditor_id is None:
            detail = "This call is for credentials of accreditors."
            raise ProblemError(KIND_NOT_PERMITTED, detail)
        require_scope(principal, *self.scopes)
        return _access_of(principal, principal.accreditor_id, request)


class AccreditorGate:
    """A dependency that lets an accreditor through to what is its own; others find nothing."""

    def __init__(self, scope: str) -> None:
        self.scopes = (scope,)

    async def __call__(self, request: Request, accreditor_id: AccreditorId) -> AccreditorAccess:
        """Return the access; raise ProblemError 401, 429, 404 or 403."""
        principal = await caller(request)
        if principal.accreditor_id != accreditor_id:
            raise not_found()
        require_scope(principal, *self.scopes)
        return _access_of(principal, accreditor_id, request)


def _access_of(principal: Principal, accreditor_id: str, request: Request) -> AccreditorAccess:
    return AccreditorAccess(
        principal=principal,
        request_id=request.scope["state"]["request_id"],
        database=world_of(request).database,
        rows=of_accreditor(accreditor_id),
        accreditor_id=accreditor_id,
    )
