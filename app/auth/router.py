"""What a caller can learn about itself."""

from fastapi import APIRouter, Request
from pydantic import BaseModel

from app.auth.authentication import Authenticator

router = APIRouter(tags=["Credentials"])


class Me(BaseModel):
    """The credential of this call."""

    credential_id: str
    kind: str
    mode: str
    providers: list[str]
    scopes: list[str]


@router.get("/v1/me", operation_id="credentials_me")
async def me(request: Request) -> Me:
    """Tell which credential was sent, for which providers, and what it may do."""
    authenticator: Authenticator = request.app.state.authenticator
    principal = await authenticator.principal(request)
    return Me(
        credential_id=principal.credential_id,
        kind=principal.kind,
        mode=principal.mode,
        providers=sorted(principal.providers),
        scopes=sorted(principal.scopes),
    )
