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
ISSUER: Final = "urn:openpars"
AUDIENCE: Final = "urn:openpars:api"
LIFETIME: Final = 15 * 60

_LONGEST_TOKEN: Final = 4096
_CLAIMS: Final = jwt.JWTClaimsRegistry(
    iss={"essential": True, "value": ISSUER},
    aud={"essential": True, "value": AUDIENCE},
    sub={"essential": True},
    scope={"essential": True, "allow_blank": True},
    iat={"essential": True},
    exp={"essential": True},
)


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

    def __init__(self, secret: str, previous: Iterable[str] = ()) -> None:
        self._signing = _derived(secret)
        self._accepted = KeySet([self._signing, *map(_derived, previous)])

    def issue(self, credential_id: str, scopes: Sequence[str]) -> str:
        """Return a new token that stands for a credential."""
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": credential_id,
            "client_id": credential_id,
            "scope": " ".join(scopes),
            "iat": now,
            "exp": now + LIFETIME,
            "jti": secrets.token_hex(8),
        }
        header = {"alg": ALGORITHM, "typ": TYPE, "kid": self._signing.kid}
        return jwt.encode(header, claims, self._signing, algorithms=[ALGORITHM])

    def read(self, text: str) -> Token:
        """Return what a token says; raise BadTokenError for any other text."""
        if len(text) > _LONGEST_TOKEN or not text.isascii():
            raise BadTokenError
        try:
            token = jwt.decode(text, self._accepted, algorithms=[ALGORITHM])
            if token.header.get("typ") != TYPE or "kid" not in token.header:
                raise BadTokenError
            _CLAIMS.validate(token.claims)
            claims = token.claims
            scopes = frozenset(str(claims["scope"]).split())
            return Token(str(claims["sub"]), scopes, float(claims["exp"]))
        except (JoseError, ValueError, TypeError) as error:
            raise BadTokenError from error

    def public(self) -> dict[str, Any]:
        """Return the public keys as a JWK Set (RFC 7517)."""
        return dict(self._accepted.as_dict(private=False))


def _derived(secret: str) -> OKPKey:
    return OKPKey.derive_key(
        secret,
        "Ed25519",
        parameters={"use": "sig", "alg": ALGORITHM},
        auto_kid=True,
        kdf_options={"salt": b"openpars", "info": b"access tokens, Ed25519"},
    )
