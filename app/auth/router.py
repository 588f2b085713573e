"""What a caller can learn about itself."""

from fastapi import APIRouter, Request, Response

from app.auth.gates import Caller
from app.auth.reach import providers_of
from app.auth.schemas import Me
from app.core.instant import instant
from app.core.openapi import describe
from app.core.replies import json_response
from app.core.worlds import world_of

router = APIRouter(tags=["Credentials"])


@router.get("/v1/me", response_model=Me, operation_id="credentials_me", **describe())
async def me(principal: Caller, request: Request) -> Response:
    """Tell which credential was sent, for whom it speaks, and what it may do."""
    expires_at = principal.expires_at
    document = {
        "credential_id": principal.credential_id,
        "kind": principal.kind,
        "mode": principal.mode,
        "name": principal.name,
        "providers": await providers_of(principal, world_of(request).database),
        "accreditor": principal.accreditor_id,
        "scopes": sorted(principal.scopes),
        "expires_at": None if expires_at is None else instant(expires_at),
        "authenticated_by": principal.authenticated_by,
    }
    return json_response(document)
