"""Calls that take effect once, however often they are sent under one Idempotency-Key.

A client that lost the answer to a POST sends it again with the same key::

    async def create(access: Writes, once: OnceOnly, request: Request) -> Response:
        return await access.run(once(work))

The answer is kept in the transaction of the effect, so that there is never one without
the other. While a call is under way, its key is held by an advisory lock of that
transaction, which ends with it whatever becomes of the process: a crash blocks no key.
A refusal is not kept, because it has no effect: sent again, the call is judged anew.
"""

import hashlib
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Final, TypeAlias

from fastapi import Depends, Header, Request, Response
from sqlalchemy import DateTime, Index, LargeBinary, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Transaction
from app.core.errors import ProblemError, declare
from app.core.json_text import json_text
from app.core.models import Base
from app.core.request_body import read_bytes

KEY_MALFORMED = declare(
    "idempotency.key_malformed",
    400,
    "The Idempotency-Key cannot be read",
    "Send one key of 1 to 255 visible ASCII characters, such as a new UUID for each new call.",
)
KEY_REUSED = declare(
    "idempotency.key_reused",
    422,
    "The Idempotency-Key belongs to another call",
    "Send the same method, URL and body under this key, or a new key for a new call.",
)
IN_PROGRESS = declare(
    "idempotency.in_progress",
    409,
    "The first call under this Idempotency-Key is still running",
    "Send the same call again after the seconds in `Retry-After`, to get its answer.",
)

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotent-Replayed"
HOURS_KEPT: Final = 72
_REMOVED_AT_ONCE: Final = 20
_KEY: Final = re.compile(r"[\x21-\x7e]{1,255}")

Work: TypeAlias = Callable[[Transaction], Awaitable[Response]]


class KeptAnswer(Base):
    """The answer to a call, under the key of the credential that made it.

    The table belongs to no provider: a key is the credential's, whichever of its
    providers the call was about. Only statements that name the credential read it.
    """

    __tablename__ = "idempotency_keys"
    __table_args__ = (Index("idempotency_keys_expiry", "expires_at"),)

    credential_id: Mapped[str] = mapped_column(Text, primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[int]
    headers: Mapped[list[list[str]]] = mapped_column(JSONB)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


_HOLD: Final = "SELECT pg_try_advisory_xact_lock($1)"

# An answer past its time is locked too, so that nobody removes the row we shall write.
_FIND: Final = """
SELECT fingerprint, status, headers, body
FROM (
    SELECT * FROM idempotency_keys WHERE credential_id = $1 AND key = $2 FOR UPDATE
) kept
WHERE expires_at > now()
"""

# Each answer that is kept removes a few that are past their time: more leave than come.
_KEEP: Final = """
WITH removed AS (
    DELETE FROM idempotency_keys old
    USING (
        SELECT credential_id, key FROM idempotency_keys
        WHERE expires_at <= now() AND (credential_id, key) <> ($1, $2)
        ORDER BY expires_at LIMIT $8 FOR UPDATE SKIP LOCKED
    ) past
    WHERE old.credential_id = past.credential_id AND old.key = past.key
)
INSERT INTO idempotency_keys
    (credential_id, key, fingerprint, status, headers, body, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, now() + $7)
ON CONFLICT (credential_id, key) DO UPDATE SET
    fingerprint = excluded.fingerprint, status = excluded.status, headers = excluded.headers,
    body = excluded.body, expires_at = excluded.expires_at
"""


@dataclass(frozen=True, slots=True)
class KeyedCall:
    """A call under a key: whose it is, and the fingerprint of what was sent."""

    credential_id: str
    key: str
    fingerprint: bytes

    async def hold(self, transaction: Transaction) -> None:
        """Hold the key until the transaction ends; raise 409 when another call holds it."""
        if not await transaction.driver.fetchval(_HOLD, self._lock_number()):
            raise ProblemError(
                IN_PROGRESS,
                f"Another call under the key {self.key} is running. This one did nothing.",
                headers={"Retry-After": "1"},
            )

    async def kept_answer(self, transaction: Transaction) -> Response | None:
        """Return the answer that was kept; raise 422 when it belongs to another call."""
        row = await transaction.driver.fetchrow(_FIND, self.credential_id, self.key)
        if row is None:
            return None
        if row["fingerprint"] != self.fingerprint:
            detail = f"The key {self.key} was sent with another call before. Nothing was saved."
            raise ProblemError(KEY_REUSED, detail)
        response = Response(row["body"], row["status"])
        pairs = [*row["headers"], (REPLAYED.lower(), "true")]
        response.raw_headers = [(name.encode(), value.encode("latin-1")) for name, value in pairs]
        return response

    async def keep(self, transaction: Transaction, response: Response) -> None:
        """Keep the answer with its effect."""
        headers = [(name.decode(), value.decode("latin-1")) for name, value in response.raw_headers]
        await transaction.driver.execute(
            _KEEP,
            self.credential_id,
            self.key,
            self.fingerprint,
            response.status_code,
            json_text(headers),
            bytes(response.body),
            timedelta(hours=HOURS_KEPT),
            _REMOVED_AT_ONCE,
        )

    def _lock_number(self) -> int:
        # Two keys with one number would only make one of them wait.
        digest = hashlib.sha256(f"{self.credential_id} {self.key}".encode()).digest()
        return int.from_bytes(digest[:8], "big", signed=True)


@dataclass(frozen=True, slots=True)
class Once:
    """How often a call takes effect: once under its key, and each time without one."""

    call: KeyedCall | None = None

    def __call__(self, work: Work) -> Work:
        """Return the work that answers a repetition with the first answer."""
        call = self.call
        if call is None:
            return work

        async def work_once(transaction: Transaction) -> Response:
            await call.hold(transaction)
            # Only a statement that begins with the key in hand sees what its last holder kept.
            kept = await call.kept_answer(transaction)
            if kept is not None:
                return kept
            response = await work(transaction)
            await call.keep(transaction, response)
            return response

        return work_once


EACH_TIME: Final = Once()

OnceFor: TypeAlias = Callable[[bytes], Once]
"""How often a call takes effect whose body is known by this digest."""

_SentKey = Annotated[
    str | None,
    Header(
        alias=HEADER,
        description="The call takes effect once, however often it is sent under this key"
        f" within {HOURS_KEPT} hours; `{REPLAYED}: true` marks the repeated answer.",
    ),
]


async def once(request: Request, key: _SentKey = None) -> Once:
    """Read the key of a call. The dependency stands behind the one that knows who is calling."""
    credential_id = _whose(request, key)
    if key is None or credential_id is None:
        return EACH_TIME
    body = request.scope["state"]["body"] = await read_bytes(request)
    return Once(KeyedCall(credential_id, key, _fingerprint(request, body)))


async def once_for(request: Request, key: _SentKey = None) -> OnceFor:
    """Read the key of a call as `once` does, where the body is too large to be held in memory."""
    credential_id = _whose(request, key)
    if key is None or credential_id is None:
        return lambda _digest: EACH_TIME
    return lambda digest: Once(KeyedCall(credential_id, key, _fingerprint(request, digest)))


def is_repeated(response: Response) -> bool:
    """Tell whether an answer is the one that was kept, so that the call had no effect."""
    return REPLAYED in response.headers


def _whose(request: Request, key: str | None) -> str | None:
    """Return the credential that the key belongs to; raise 400 for what is no key."""
    # A caller who is not known was not asked for yet: another parameter is refused first.
    credential_id: str | None = request.scope["state"].get("credential_id")
    if key is None or credential_id is None:
        return None
    if not _KEY.fullmatch(key) or len(request.headers.getlist(HEADER)) > 1:
        detail = "An Idempotency-Key is sent once and has 1 to 255 visible ASCII characters."
        raise ProblemError(KEY_MALFORMED, f"{detail} Nothing was saved.")
    return credential_id


def _fingerprint(request: Request, body: bytes) -> bytes:
    scope = request.scope
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    parts = (scope["method"].encode(), path, scope["query_string"], body)
    return hashlib.sha256(b"\0".join(parts)).digest()


OnceOnly = Annotated[Once, Depends(once)]
OnceForFile = Annotated[OnceFor, Depends(once_for)]
