"""API keys: how they look, how they are issued, how they are recognised.

A key is `pars_live_` or `pars_test_`, 256 random bits in base64url, and eight digits of
checksum, so that a scanner can tell a leaked key from noise without asking anybody.
The database keeps the SHA-256 of the key; a key of 256 random bits needs no slow hash.
"""

import hashlib
import secrets
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.auth.models import Credential
from app.auth.principal import PROVIDER_SCOPES, Kind, Mode
from app.core.database import Database, Transaction

CHECKSUM_LENGTH = 8


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A new key. This is the only moment at which the key itself is known."""

    credential_id: str
    key: str
    providers: tuple[str, ...]
    scopes: tuple[str, ...]
    mode: Mode


def new_key(mode: Mode) -> str:
    """Make a key of 256 random bits."""
    body = f"pars_{mode}_{secrets.token_urlsafe(32)}"
    return body + _checksum(body)


def is_well_formed(key: str) -> bool:
    """Tell whether a text can be one of our keys at all, without asking the database."""
    body, checksum = key[:-CHECKSUM_LENGTH], key[-CHECKSUM_LENGTH:]
    return body.startswith(("pars_live_", "pars_test_")) and checksum == _checksum(body)


def key_hash(key: str) -> bytes:
    """Return what the database keeps of a key."""
    return hashlib.sha256(key.encode()).digest()


async def issue_key(  # noqa: PLR0913 - each argument is a property of the credential
    database: Database,
    *,
    providers: Sequence[str],
    scopes: Sequence[str] | None = None,
    mode: Mode = "live",
    name: str = "",
    kind: Kind = "provider",
    expires_at: datetime | None = None,
) -> IssuedKey:
    """Issue a key for these providers; all scopes of a provider when none is named.

    Raises ValueError for a scope that does not exist.
    """
    wanted = tuple(scopes or PROVIDER_SCOPES)
    unknown = sorted(set(wanted) - set(PROVIDER_SCOPES))
    if unknown:
        message = f"unknown scope {unknown[0]}; the scopes are {', '.join(PROVIDER_SCOPES)}"
        raise ValueError(message)
    key = new_key(mode)
    credential = Credential(
        credential_id=f"cred_{secrets.token_hex(8)}",
        kind=kind,
        mode=mode,
        name=name,
        key_hash=key_hash(key),
        providers=list(providers),
        scopes=list(wanted),
        expires_at=expires_at,
    )

    async def save(transaction: Transaction) -> None:
        transaction.session.add(credential)

    await database.run(None, save)
    return IssuedKey(credential.credential_id, key, tuple(providers), wanted, mode)


def _checksum(body: str) -> str:
    return f"{zlib.crc32(body.encode()):08x}"
