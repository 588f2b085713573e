"""API keys: how they look, and what the database keeps of them.

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
from app.auth.scopes import KINDS, Kind
from app.core.worlds import Mode

CHECKSUM_LENGTH = 8


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A new key. This is the only moment at which the key itself is known."""

    credential_id: str
    key: str
    providers: tuple[str, ...]
    scopes: tuple[str, ...]
    mode: Mode
    kind: Kind = "provider"
    accreditor_id: str | None = None


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


def make_credential(  # noqa: PLR0913 - each argument is a property of the credential
    *,
    kind: Kind,
    mode: Mode,
    name: str,
    scopes: Sequence[str],
    providers: Sequence[str],
    expires_at: datetime | None,
    accreditor_id: str | None = None,
    created_by: str | None = None,
    credential_id: str | None = None,
    key: str | None = None,
) -> tuple[Credential, IssuedKey]:
    """Make a credential to be stored, and its key to be shown once."""
    key = key or new_key(mode)
    credential = Credential(
        credential_id=credential_id or f"cred_{secrets.token_hex(8)}",
        kind=kind,
        mode=mode,
        name=name,
        key_hash=key_hash(key),
        providers=list(providers),
        accreditor_id=accreditor_id,
        scopes=list(scopes),
        expires_at=expires_at,
        created_by=created_by,
    )
    issued = IssuedKey(
        credential_id=credential.credential_id,
        key=key,
        providers=tuple(providers),
        scopes=tuple(scopes),
        mode=mode,
        kind=kind,
        accreditor_id=accreditor_id,
    )
    return credential, issued


def what_it_cannot_speak_for(
    kind: Kind, providers: Sequence[str], accreditor_id: str | None
) -> str | None:
    """Return what is wrong with those that a credential of this kind shall speak for."""
    right = {
        "one provider": len(providers) == 1 and accreditor_id is None,
        "several providers": len(set(providers)) == len(providers) > 0 and accreditor_id is None,
        "an accreditor": not providers and accreditor_id is not None,
        "the system": not providers and accreditor_id is None,
    }
    whom = KINDS[kind].speaks_for
    return None if right[whom] else f"a credential of kind {kind} speaks for {whom}"


def _checksum(body: str) -> str:
    return f"{zlib.crc32(body.encode()):08x}"
