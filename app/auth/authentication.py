"""From the Authorization header to a principal."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, cast

from cachetools import TTLCache
from sqlalchemy import select
from starlette.requests import Request

from app.auth.keys import is_well_formed, key_hash
from app.auth.models import Credential
from app.auth.principal import Kind, Mode, Principal
from app.core.database import Database, Transaction
from app.core.errors import ProblemError, declare

if TYPE_CHECKING:
    from app.core.errors import ErrorCode

CREDENTIAL_MISSING = declare(
    "credential.missing",
    401,
    "A credential is needed",
    "Send the header `Authorization: Bearer` followed by your key.",
)
CREDENTIAL_INVALID = declare(
    "credential.invalid",
    401,
    "The credential is not valid",
    "Check the key for missing characters, and whether it has expired or was revoked.",
)

# A revoked key is refused at most this long after its revocation.
SECONDS_REMEMBERED: Final = 15


class Authenticator:
    """Recognises keys, and remembers each for a few seconds."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._remembered: TTLCache[str, Principal] = TTLCache(10_000, SECONDS_REMEMBERED)

    async def principal(self, request: Request) -> Principal:
        """Return who is calling; raise ProblemError 401 when that cannot be told."""
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not key:
            raise _refused(CREDENTIAL_MISSING, "This call needs a bearer key.")
        principal = self._remembered.get(key)
        if principal is None:
            principal = await self._look_up(key)
            self._remembered[key] = principal
        request.scope["state"]["credential_id"] = principal.credential_id
        return principal

    async def _look_up(self, key: str) -> Principal:
        if not is_well_formed(key):
            raise _refused(CREDENTIAL_INVALID, "The text sent as key is not a key of this system.")

        async def find(transaction: Transaction) -> Credential | None:
            query = select(Credential).where(Credential.key_hash == key_hash(key))
            return await transaction.session.scalar(query)

        credential = await self._database.run(None, find)
        if credential is None or credential.revoked_at is not None:
            raise _refused(CREDENTIAL_INVALID, "The key is not known here, or it was revoked.")
        if credential.expires_at is not None and credential.expires_at <= datetime.now(UTC):
            raise _refused(CREDENTIAL_INVALID, "The key has expired.")
        return Principal(
            credential_id=credential.credential_id,
            kind=cast("Kind", credential.kind),
            mode=cast("Mode", credential.mode),
            providers=frozenset(credential.providers),
            scopes=frozenset(credential.scopes),
        )


def _refused(kind: "ErrorCode", detail: str) -> ProblemError:
    return ProblemError(kind, detail, headers={"WWW-Authenticate": 'Bearer realm="openpars"'})
