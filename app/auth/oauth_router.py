"""Tokens: short-lived bearers for clients that speak OAuth 2.0."""

from typing import Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from app.auth.access import charge
from app.auth.authentication import Authenticator
from app.auth.oauth import (
    FORM,
    GRANT_TYPE,
    UNAUTHENTICATED,
    OAuthError,
    OAuthErrorName,
    authenticate,
    client_of,
    form_fields,
    granted_scopes,
    require_grant_type,
    world_opened_by,
)
from app.auth.tokens import LIFETIME
from app.core.openapi import describe
from app.core.openapi.describing import problem_response
from app.core.replies import json_response
from app.core.request_body import read_bytes
from app.core.worlds import enter_world, worlds_of

router = APIRouter(prefix="/v1/oauth", tags=["Credentials"])

_LARGEST_FORM = 10_000


class TokenRequest(BaseModel):
    """The form of a token request."""

    grant_type: Literal["client_credentials"]
    scope: str | None = Field(
        default=None, description="Scopes with blanks between them. Left out: all you have."
    )
    client_id: str | None = Field(default=None, description="The id of the credential.")
    client_secret: str | None = Field(default=None, description="The key.")


class TokenReply(BaseModel):
    """A token."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int = Field(description="Seconds.")
    scope: str


class TokenRefusal(BaseModel):
    """Why there is no token (RFC 6749, section 5.2)."""

    error: OAuthErrorName
    error_description: str


class PublicKey(BaseModel):
    """A public key (RFC 8037)."""

    kty: str
    crv: str
    x: str
    use: str
    alg: str
    kid: str


class PublicKeys(BaseModel):
    """A JWK Set (RFC 7517)."""

    keys: list[PublicKey]


@router.post(
    "/token",
    response_model=TokenReply,
    operation_id="oauth_token",
    **describe(
        body=TokenRequest,
        example={"grant_type": GRANT_TYPE},
        media_types=(FORM,),
        responses={
            400: {
                **problem_response("The request is not right."),
                "model": TokenRefusal,
            },
            401: {"model": TokenRefusal, "description": "The client is not known."},
        },
    ),
)
async def issue_token(request: Request) -> Response:
    """Exchange a credential for a token of a quarter of an hour (client credentials).

    The client id is the credential's id, the client secret its key: in HTTP Basic or in
    the form. The token does what the key does, or less when `scope` asks for less, and
    stops working with the key.
    """
    try:
        body = await read_bytes(request, _LARGEST_FORM)
        fields = form_fields(request.headers.get("content-type", ""), body)
        client = client_of(request.headers.get("authorization", ""), fields)
        world = world_opened_by(client, worlds_of(request))
        enter_world(request, world)
        authenticator = world.part(Authenticator)
        principal = await authenticate(client, authenticator)
        request.scope["state"]["credential_id"] = principal.credential_id
        await charge(request, principal)
        require_grant_type(fields)
        scopes = granted_scopes(principal, fields.get("scope"))
    except OAuthError as error:
        return _refusal(error, in_header="authorization" in request.headers)
    document = {
        "access_token": authenticator.tokens.issue(principal.credential_id, scopes),
        "token_type": "Bearer",
        "expires_in": LIFETIME,
        "scope": " ".join(scopes),
    }
    return _answer(document, 200, {})


@router.get("/jwks", response_model=PublicKeys, operation_id="oauth_jwks", **describe(public=True))
async def read_public_keys(request: Request) -> Response:
    """Read the public keys that tokens can be verified with.

    Those of the sandbox are among them. The claim `iss` tells its tokens from live ones.
    """
    keys = [
        key
        for world in worlds_of(request)
        for key in world.part(Authenticator).tokens.public()["keys"]
    ]
    return json_response({"keys": keys}, headers={"Cache-Control": "public, max-age=300"})


def _refusal(error: OAuthError, *, in_header: bool) -> Response:
    document = {"error": error.error, "error_description": error.description}
    # Only whoever tried the header is asked for it, lest a browser asks a person.
    challenged = in_header and error.status == UNAUTHENTICATED
    headers = {"WWW-Authenticate": 'Basic realm="openpars"'} if challenged else {}
    return _answer(document, error.status, headers)


def _answer(document: dict[str, Any], status: int, headers: dict[str, str]) -> Response:
    headers = {"Cache-Control": "no-store", "Pragma": "no-cache", **headers}
    return json_response(document, status, headers)
