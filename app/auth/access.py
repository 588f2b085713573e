"""The gate in front of a provider's records: find in scope, then permit."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import Path, Request

from app.auth.authentication import Authenticator
from app.auth.principal import Principal
from app.core.database import Database, Transaction
from app.core.errors import ProblemError, declare

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


@dataclass(frozen=True, slots=True)
class Access:
    """What one request may touch: one provider's records, on behalf of one principal."""

    principal: Principal
    provider_id: str
    request_id: str
    database: Database

    async def run(self, work: Callable[[Transaction], Awaitable[T]], *, save: bool = True) -> T:
        """Carry out `work` in one transaction that sees this provider's records only."""
        return await self.database.run(self.provider_id, work, save=save)


def require_scope(principal: Principal, scope: str) -> None:
    """Refuse with 403 what the credential is not permitted to do."""
    if scope not in principal.scopes:
        raise ProblemError(SCOPE_MISSING, f"This call needs the scope {scope}.")


class ProviderAccess:
    """A dependency that lets a request through to one provider's records.

    Another provider's anything is 404 before it is anything else; then a missing scope
    is 403.
    """

    def __init__(self, scope: str) -> None:
        self.scope = scope

    async def __call__(self, request: Request, provider_id: ProviderId) -> Access:
        """Return the access; raise ProblemError 401, 404 or 403."""
        state = request.app.state
        authenticator: Authenticator = state.authenticator
        principal = await authenticator.principal(request)
        if provider_id not in principal.providers:
            raise not_found()
        require_scope(principal, self.scope)
        request.scope["state"]["provider_id"] = provider_id
        return Access(principal, provider_id, request.scope["state"]["request_id"], state.database)
