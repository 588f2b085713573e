"""The gate in front of a provider's records: find in scope, then permit."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import Path, Request

from app.auth.authentication import Authenticator
from app.auth.costs import PER_CREDENTIAL, PER_PROVIDER, cost_of
from app.auth.principal import Principal
from app.auth.reach import speaks_for
from app.core.audit import Actor
from app.core.database import Database, Transaction
from app.core.errors import ProblemError, declare
from app.core.looking import Values
from app.core.rate_limits import RateLimits
from app.core.worlds import world_of

T = TypeVar("T")

NOT_FOUND = declare(
    "not_found",
    404,
    "Not found",
    "Check the ids in the URL. Records of other providers are not found either.",
)
SCOPE_MISSING = declare(
    "scope.missing",
    403,
    "The credential lacks a scope",
    "Use a credential that has the scope named in `detail`.",
)

ProviderId = Annotated[
    str,
    Path(
        description="The provider's seven digits; leading zeros count.",
        json_schema_extra={"pattern": "^[0-9]{7}$", "example": "0000001"},
    ),
]


def not_found() -> ProblemError:
    """Return the one answer for what is absent and for what belongs to another provider."""
    return ProblemError(NOT_FOUND, "There is nothing here that this credential can see.")


def existing(value: T | None) -> T:
    """Return what was looked for; raise ProblemError 404 when it is not there."""
    if value is None:
        raise not_found()
    return value


@dataclass(frozen=True, slots=True)
class Access:
    """What one request may touch: one provider's records, on behalf of one principal."""

    principal: Principal
    provider_id: str
    request_id: str
    database: Database
    reading: bool = False

    @property
    def actor(self) -> Actor:
        """Return who makes the changes that this request makes."""
        return Actor(self.principal.kind, self.principal.credential_id, self.request_id)

    async def run(self, work: Callable[[Transaction], Awaitable[T]], *, save: bool = True) -> T:
        """Carry out `work` in one transaction that sees this provider's records only."""
        rows = self.principal.rows(self.provider_id, reading=self.reading)
        if self.reading:
            return await self.database.read(rows, work)
        return await self.database.run(rows, work, save=save)

    async def look(self, work: Callable[[Values], Awaitable[T]]) -> T:
        """Carry out `work` that reads one value, or a few, of this provider's records."""
        rows = self.principal.rows(self.provider_id, reading=True)
        if isinstance(rows, str):
            return await self.database.look(rows, work)
        return await self.database.read(rows, lambda inside: work(inside.driver))

    async def look_recent(self, work: Callable[[Values], Awaitable[T]]) -> T:
        """Look at this provider's records for a list; the latest may still be missing in it."""
        rows = self.principal.rows(self.provider_id, reading=True)
        if isinstance(rows, str):
            return await self.database.look_recent(rows, work)
        return await self.database.read_recent(rows, lambda inside: work(inside.driver))

    async def read_recent(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """Read this provider's records for a list; the latest may still be missing in it."""
        rows = self.principal.rows(self.provider_id, reading=self.reading)
        return await self.database.read_recent(rows, work)


def require_scope(principal: Principal, *scopes: str) -> None:
    """Refuse with 403 what the credential is not permitted to do; one of the scopes is enough."""
    if principal.scopes.isdisjoint(scopes):
        raise ProblemError(
            SCOPE_MISSING,
            f"This call needs the scope {' or '.join(scopes)}.",
            headers={
                "WWW-Authenticate": 'Bearer realm="openpars", error="insufficient_scope", '
                f'scope="{scopes[0]}"'
            },
        )


async def authenticated(request: Request) -> Principal:
    """Return who is calling; raise ProblemError 401."""
    return await world_of(request).part(Authenticator).principal(request)


async def charge(request: Request, principal: Principal, provider_id: str | None = None) -> None:
    """Charge the call to the quotas; raise ProblemError 429 when one of them is spent."""
    limits: RateLimits = request.app.state.rate_limits
    subjects = {PER_CREDENTIAL: principal.credential_id}
    if provider_id is not None:
        # What a provider tries out in the sandbox takes nothing from its real work.
        subjects[PER_PROVIDER] = f"{world_of(request).mode} {provider_id}"
    cost = cost_of(request.scope["route"].operation_id)
    request.scope["state"]["answer_headers"] = await limits.charge(subjects, cost)


class ProviderAccess:
    """A dependency that lets a request through to one provider's records.

    Another provider's anything is 404 before it is anything else; then a missing scope
    is 403. Where several scopes are named, each of them is enough.
    """

    def __init__(self, *scopes: str) -> None:
        self.scopes = scopes
        self._reading = all(scope.endswith(":read") for scope in scopes)

    async def __call__(self, request: Request, provider_id: ProviderId) -> Access:
        """Return the access; raise ProblemError 401, 429, 404 or 403."""
        principal = await authenticated(request)
        database = world_of(request).database
        within = await speaks_for(principal, provider_id, database)
        await charge(request, principal, provider_id if within else None)
        if not within:
            raise not_found()
        require_scope(principal, *self.scopes)
        state = request.scope["state"]
        state["provider_id"] = provider_id
        return Access(principal, provider_id, state["request_id"], database, self._reading)
