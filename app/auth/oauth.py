"""The client credentials grant of OAuth 2.0 (RFC 6749, section 4.4): what is asked for.

The client id is the credential's id, and the client secret is its key. They come in an
HTTP Basic header or in the form. Who already sends the key as a bearer may do so here
too, and exchange it for a token.
"""

import binascii
import hmac
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import parse_qsl, unquote_plus

from app.auth.authentication import Authenticator
from app.auth.principal import Principal
from app.auth.scopes import SCOPES
from app.core.errors import ProblemError
from app.core.worlds import World, Worlds

GRANT_TYPE: Final = "client_credentials"
FORM: Final = "application/x-www-form-urlencoded"
KNOWN_FIELDS: Final = frozenset({"grant_type", "scope", "client_id", "client_secret"})

OAuthErrorName = Literal[
    "invalid_request",
    "invalid_client",
    "unsupported_grant_type",
    "invalid_scope",
]
UNAUTHENTICATED: Final = 401
INVALID_REQUEST: Final = "invalid_request"
INVALID_CLIENT: Final = "invalid_client"
INVALID_SCOPE: Final = "invalid_scope"
UNSUPPORTED_GRANT_TYPE: Final = "unsupported_grant_type"


class OAuthError(Exception):
    """A token is refused, in the words of RFC 6749, section 5.2."""

    def __init__(self, error: OAuthErrorName, description: str) -> None:
        super().__init__(error)
        self.error: OAuthErrorName = error
        self.description = description

    @property
    def status(self) -> int:
        """The status that the refusal has."""
        return UNAUTHENTICATED if self.error == INVALID_CLIENT else 400


@dataclass(frozen=True, slots=True)
class Client:
    """How a client says who it is. Without an id, the secret alone has to tell."""

    client_id: str | None
    secret: str


def form_fields(media_type: str, body: bytes) -> dict[str, str]:
    """Read the form of a token request; raise OAuthError `invalid_request`."""
    if media_type.partition(";")[0].strip().lower() != FORM:
        raise OAuthError(INVALID_REQUEST, f"Send the body as {FORM}.")
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=20
        )
    except ValueError:
        raise OAuthError(INVALID_REQUEST, "The form cannot be read.") from None
    names = [name for name, _ in pairs]
    repeated = sorted({name for name in names if names.count(name) > 1} & KNOWN_FIELDS)
    if repeated:
        raise OAuthError(INVALID_REQUEST, f"{repeated[0]} is named more than once.")
    # A field without a value counts as left out, and one that is not known is ignored.
    return {name: value for name, value in pairs if value and name in KNOWN_FIELDS}


def client_of(authorization: str, fields: Mapping[str, str]) -> Client:
    """Return the client of a token request; raise OAuthError."""
    scheme, _, sent = authorization.partition(" ")
    in_form = "client_secret" in fields
    if authorization and in_form:
        raise OAuthError(INVALID_REQUEST, "Say who you are in one way only.")
    client_id = fields.get("client_id")
    match scheme.lower():
        case "":
            if not in_form or client_id is None:
                raise OAuthError(INVALID_CLIENT, "Send client_id and client_secret.")
            return Client(client_id, fields["client_secret"])
        case "bearer":
            return Client(client_id, sent)
        case "basic":
            client = _basic(sent)
            if client_id not in (None, client.client_id):
                raise OAuthError(INVALID_REQUEST, "client_id is not that of the header.")
            return client
        case _:
            raise OAuthError(INVALID_CLIENT, "Authenticate by HTTP Basic, or in the form.")


def world_opened_by(client: Client, worlds: Worlds) -> World:
    """Return the world that the client's secret is a key of; raise OAuthError."""
    try:
        return worlds.opened_by(client.secret)
    except ProblemError as error:
        raise OAuthError(INVALID_CLIENT, error.detail) from None


async def authenticate(client: Client, authenticator: Authenticator) -> Principal:
    """Return the credential of a client; raise OAuthError `invalid_client`."""
    try:
        principal = await authenticator.holder_of(client.secret)
    except ProblemError as error:
        if error.kind.status != UNAUTHENTICATED:
            raise
        raise _unknown_client() from None
    if principal.authenticated_by != "key":
        # A token that begets tokens would never expire.
        raise _unknown_client()
    expected = principal.credential_id.encode()
    if client.client_id is not None and not hmac.compare_digest(
        client.client_id.encode(), expected
    ):
        raise _unknown_client()
    return principal


def require_grant_type(fields: Mapping[str, str]) -> None:
    """Refuse every grant but the one of client credentials."""
    match fields.get("grant_type"):
        case None:
            raise OAuthError(INVALID_REQUEST, "grant_type is needed.")
        case other if other != GRANT_TYPE:
            raise OAuthError(UNSUPPORTED_GRANT_TYPE, f"The grant is {GRANT_TYPE}.")


def granted_scopes(principal: Principal, asked: str | None) -> list[str]:
    """Return the scopes of the token: those asked for, or all; raise `invalid_scope`."""
    if asked is None:
        return [scope for scope in SCOPES if scope in principal.scopes]
    wanted = asked.split()
    beyond = [scope for scope in wanted if scope not in principal.scopes]
    if beyond or not wanted:
        shown = beyond[0] if beyond and beyond[0] in SCOPES else "that was asked for"
        raise OAuthError(INVALID_SCOPE, f"The credential does not have the scope {shown}.")
    return [scope for scope in SCOPES if scope in wanted]


def _basic(sent: str) -> Client:
    try:
        text = b64decode(sent.encode("ascii"), validate=True).decode()
    except (ValueError, binascii.Error):
        raise OAuthError(INVALID_CLIENT, "The header of HTTP Basic cannot be read.") from None
    client_id, colon, secret = text.partition(":")
    if not colon:
        raise OAuthError(INVALID_CLIENT, "The header of HTTP Basic cannot be read.")
    # RFC 6749, section 2.3.1: both are written as in a form before they are joined.
    return Client(unquote_plus(client_id), unquote_plus(secret))


def _unknown_client() -> OAuthError:
    return OAuthError(INVALID_CLIENT, "The client is not known, or its secret is not valid.")
