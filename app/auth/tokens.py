"""Short bearer tokens: signed, for this API alone, and useless after a quarter of an hour.

The signing key is derived from the secret of the application, so that all its processes
sign and accept the same tokens without sharing anything else. A secret that was replaced
is kept among the previous ones until its last token has expired.
"""

import secrets
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

ALGORITHM: Final = "Ed25519"
TYPE: Final = "at+jwt"
# Each world signs with a key of its own, and says so: a token is worth nothing in the other.
ISSUER: Final = "urn:openpars"
SANDBOX_ISSUER: Final = "urn:openpars:sandbox"
AUDIENCE: Final = "urn:openpars:api"
LIFETIME: Final = 15 * 60

_LONGEST_TOKEN: Final = 4096


class BadTokenError(Exception):
    """The text is no token of ours that is still good."""


@dataclass(frozen=True, slots=True)
class Token:
    """What a token says: which credential it stands for, what it may do, and until when."""

    credential_id: str
    scopes: frozenset[str]
    expires_at: float


class TokenKeys:
    """Signs tokens with the present secret, and accepts those of the previous ones too."""

    def __init__(self, secret: str, previous: Iterable[str] = (), issuer: str = ISSUER) -> None:
        self._issuer = issuer
        self._signing = _derived(secret, issuer)
        self._keys = [self._signing, *(_derived(one, issuer) for one in previous)]
        self._accepted = KeySet([*self._keys])
        self._claims = jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": AUDIENCE},
            sub={"essential": True},
            scope={"essential": True, "allow_blank": True},
            iat={"essential": True},
            exp={"essential": True},
        )

    def issue(self, credential_id: str, scopes: Sequence[str]) -> str:
        """Return a new token that stands for a credential."""
        now = int(time.time())
        claims = {
            "iss": self._issuer,
            "aud": AUDIENCE,
            "sub": credential_id,
            "client_id": credential_id,
            "scope": " ".join(scopes),
            "iat": now,
            "exp": now + LIFETIME,
            "jti": secrets.token_hex(8),
        }
        return _signed(claims, self._signing)

    def heads(self) -> tuple[str, ...]:
        """Return how every token begins that is accepted: the part that names its key."""
        return tuple(f"{_signed({}, key).partition('.')[0]}." for key in self._keys)

    def read(self, text: str) -> Token:
        """Return what a token says; raise BadTokenError for any other text."""
        if len(text) > _LONGEST_TOKEN or not text.isascii():
            raise BadTokenError
        try:
            token = jwt.decode(text, self._accepted, algorithms=[ALGORITHM])
            if token.header.get("typ") != TYPE or "kid" not in token.header:
                raise BadTokenError
            self._claims.validate(token.claims)
            claims = token.claims
            scopes = frozenset(str(claims["scope"]).split())
            return Token(str(claims["sub"]), scopes, float(claims["exp"]))
        except (JoseError, ValueError, TypeError) as error:
            raise BadTokenError from error

    def public(self) -> dict[str, Any]:
        """Return the public keys as a JWK Set (RFC 7517)."""
        return dict(self._accepted.as_dict(private=False))


def _signed(claims: dict[str, Any], key: OKPKey) -> str:
    header = {"alg": ALGORITHM, "typ": TYPE, "kid": key.kid}
    return jwt.encode(header, claims, key, algorithms=[ALGORITHM])


def _derived(secret: str, issuer: str) -> OKPKey:
    purpose = "access tokens, Ed25519"
    if issuer != ISSUER:
        purpose = f"{purpose}, {issuer}"
    return OKPKey.derive_key(
        secret,
        "Ed25519",
        parameters={"use": "sig", "alg": ALGORITHM},
        auto_kid=True,
        kdf_options={"salt": b"openpars", "info": purpose.encode()},
    )
