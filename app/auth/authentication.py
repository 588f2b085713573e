"""From the Authorization header to a principal."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import asyncpg
from starlette.requests import Request

from app.auth.keys import is_well_formed, key_hash
from app.auth.principal import Principal
from app.auth.tokens import BadTokenError, TokenKeys
from app.core.database import Database, Transaction
from app.core.errors import ErrorCode, ProblemError, declare
from app.core.row_scope import of_credential

CREDENTIAL_MISSING = declare(
    "credential.missing",
    401,
    "A credential is needed",
    "Send the header `Authorization: Bearer` followed by your key or token.",
)
CREDENTIAL_INVALID = declare(
    "credential.invalid",
    401,
    "The credential is not valid",
    "Check the key for missing characters, and whether it has expired or was revoked.",
)

# What was revoked is refused at most this long after its revocation.
SECONDS_REMEMBERED: Final = 15
_MOST_REMEMBERED: Final = 10_000

# Once a minute at most the use is written down, and never by waiting for another.
_FIND: Final = """
WITH used AS (
    UPDATE credentials SET last_used_at = now() WHERE credential_id = (
        SELECT credential_id FROM credentials
        WHERE {mark} = $1 AND revoked_at IS NULL AND coalesce(expires_at > now(), true)
            AND coalesce(last_used_at < now() - interval '1 minute', true)
        FOR UPDATE SKIP LOCKED)
)
SELECT credential_id, kind, mode, name, providers, accreditor_id, scopes, expires_at,
    revoked_at, coalesce(expires_at <= now(), false) AS expired
FROM credentials WHERE {mark} = $1
"""
_FIND_BY_KEY: Final = _FIND.format(mark="key_hash")
_FIND_BY_ID: Final = _FIND.format(mark="credential_id")


@dataclass(frozen=True, slots=True)
class _Remembered:
    principal: Principal
    until: float


class Authenticator:
    """Recognises keys and tokens, and remembers each for a few seconds."""

    def __init__(
        self, database: Database, tokens: TokenKeys, now: Callable[[], float] = time.time
    ) -> None:
        self.tokens = tokens
        self._database = database
        self._now = now
        # Every request looks here: a cache of cachetools would take 1.2 µs for it, not 0.1.
        self._remembered: dict[str, _Remembered] = {}

    async def principal(self, request: Request) -> Principal:
        """Return who is calling; raise ProblemError 401 when that cannot be told."""
        principal = await self.holder_of(_bearer(request))
        request.scope["state"]["credential_id"] = principal.credential_id
        return principal

    async def holder_of(self, text: str) -> Principal:
        """Return whose key or token this is; raise ProblemError 401 when it is nobody's."""
        remembered = self._remembered.get(text)
        if remembered is not None and remembered.until > self._now():
            return remembered.principal
        found = await (self._by_key(text) if is_well_formed(text) else self._by_token(text))
        self._remember(text, found)
        return found.principal

    def _remember(self, text: str, found: _Remembered) -> None:
        if len(self._remembered) >= _MOST_REMEMBERED:
            now = self._now()
            live = {text: one for text, one in self._remembered.items() if one.until > now}
            # When all are live, whoever comes back is merely looked up once more.
            self._remembered = live if len(live) < _MOST_REMEMBERED else {}
        self._remembered[text] = found

    def forget(self, credential_id: str) -> None:
        """Ask the database anew at the next use of this credential, by key or by token."""
        for text in [
            text
            for text, remembered in self._remembered.items()
            if remembered.principal.credential_id == credential_id
        ]:
            del self._remembered[text]

    async def _by_key(self, key: str) -> _Remembered:
        digest = key_hash(key)
        row = await self._look_up(_FIND_BY_KEY, digest, digest.hex())
        return _Remembered(_principal(row), self._until(row))

    async def _by_token(self, text: str) -> _Remembered:
        try:
            token = self.tokens.read(text)
        except BadTokenError:
            raise refused(
                CREDENTIAL_INVALID,
                "The text that was sent is no key of this system, and no token that is still good.",
            ) from None
        row = await self._look_up(_FIND_BY_ID, token.credential_id, token.credential_id)
        until = min(self._until(row), token.expires_at)
        return _Remembered(_principal(row, token.scopes), until)

    async def _look_up(self, statement: str, mark: str | bytes, named: str) -> asyncpg.Record:
        async def find(transaction: Transaction) -> asyncpg.Record | None:
            found: asyncpg.Record | None = await transaction.driver.fetchrow(statement, mark)
            return found

        row = await self._database.run(of_credential(named), find)
        if row is None or row["revoked_at"] is not None:
            raise refused(CREDENTIAL_INVALID, "The key is not known here, or it was revoked.")
        if row["expired"]:
            raise refused(CREDENTIAL_INVALID, "The key has expired.")
        return row

    def _until(self, row: asyncpg.Record) -> float:
        until = self._now() + SECONDS_REMEMBERED
        return until if row["expires_at"] is None else min(until, row["expires_at"].timestamp())


def refused(kind: ErrorCode, detail: str) -> ProblemError:
    """Return the refusal of a caller who is not known, as RFC 6750 has it."""
    challenge = 'Bearer realm="openpars"'
    if kind is CREDENTIAL_INVALID:
        challenge += ', error="invalid_token"'
    return ProblemError(kind, detail, headers={"WWW-Authenticate": challenge})


def _bearer(request: Request) -> str:
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not text:
        raise refused(CREDENTIAL_MISSING, "This call needs a bearer key or token.")
    return text


def _principal(row: asyncpg.Record, only: frozenset[str] | None = None) -> Principal:
    """Return who sent a key, or a token that is for these scopes only."""
    held = frozenset(row["scopes"])
    return Principal(
        credential_id=row["credential_id"],
        kind=row["kind"],
        mode=row["mode"],
        providers=frozenset(row["providers"]),
        # A token may do less than its credential, and never more than it may now.
        scopes=held if only is None else held & only,
        accreditor_id=row["accreditor_id"],
        name=row["name"],
        expires_at=row["expires_at"],
        authenticated_by="key" if only is None else "token",
    )
