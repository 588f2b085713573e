"""Self-service: a provider issues, lists and revokes its own keys."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from app.auth.access import Access, ProviderAccess
from app.auth.authentication import Authenticator
from app.auth.issuing import EXPIRY_INVALID, new_key_of
from app.auth.issuing_once import ISSUED_ALREADY, issue_once
from app.auth.keys import IssuedKey
from app.auth.listing import CredentialId, answer_page
from app.auth.models import Credential
from app.auth.repository import CredentialRepository, withdraw_grant
from app.auth.schemas import IssuedKeyRow, KeyList, KeyRequest, KeyRow, key_document
from app.core.database import Transaction
from app.core.etag import NewRecord, WithoutVersion
from app.core.idempotency import OnceOnly
from app.core.openapi import describe
from app.core.paging import CURSOR_INVALID, USUAL_ROWS, AskedPage, CursorAsked, MostAsked
from app.core.replies import json_response
from app.core.request_body import read_json
from app.core.row_scope import REGISTRY
from app.core.validation import valid
from app.core.worlds import world_of

router = APIRouter(prefix="/v1/providers/{provider_id}/keys", tags=["Credentials"])

Administers = Annotated[Access, Depends(ProviderAccess("keys:admin"))]


@router.get(
    "",
    response_model=KeyList,
    operation_id="keys_list",
    **describe(problems=[CURSOR_INVALID]),
)
async def list_keys(
    access: Administers, request: Request, limit: MostAsked = USUAL_ROWS, cursor: CursorAsked = ""
) -> Response:
    """List the credentials that speak for the provider, the newest first.

    Those that expired or were revoked stay in the list, since the history of activities
    names them. A vendor that was granted access is listed too.
    """
    asked = AskedPage(request, limit, cursor, {"list": "credentials", "of": access.provider_id})
    return await answer_page(access, asked, key_document)


@router.post(
    "",
    status_code=201,
    response_model=IssuedKeyRow,
    operation_id="keys_create",
    **describe(
        body=KeyRequest,
        example={"name": "Reports of the CME office"},
        problems=[EXPIRY_INVALID, ISSUED_ALREADY],
    ),
)
async def create_key(
    access: Administers, _new: NewRecord, once: OnceOnly, request: Request
) -> Response:
    """Issue another key of the provider. It is shown this once and never again.

    Without `scopes` it may do no more than read. It can never do more than the credential
    that issues it, nor outlive it. Several keys may be live at once: to replace one, issue
    the next, let your system use it, then revoke the first.

    Under one `Idempotency-Key` one key is issued. The call sent again does not show it again:
    it is refused with the id of the key, so that you can revoke it and issue another.
    """
    wanted, now = valid(KeyRequest, await read_json(request)), datetime.now(UTC)

    async def issue(transaction: Transaction) -> tuple[dict[str, Any], IssuedKey]:
        credential, issued = new_key_of(access.provider_id, access.principal, wanted, now)
        await CredentialRepository(access, transaction).add(credential)
        return key_document(credential, now), issued

    path = f"/v1/providers/{access.provider_id}/keys"
    return await issue_once(access.run, once, issue, path)


@router.get("/{credential_id}", response_model=KeyRow, operation_id="keys_get", **describe())
async def get_key(access: Administers, credential_id: CredentialId) -> Response:
    """Read what a key may do, when it was last used, and whether it is live."""
    credential = await access.run(
        lambda transaction: CredentialRepository(access, transaction).get(credential_id)
    )
    return json_response(key_document(credential, datetime.now(UTC)))


@router.delete("/{credential_id}", status_code=204, operation_id="keys_revoke", **describe())
async def revoke_key(
    access: Administers, _without: WithoutVersion, credential_id: CredentialId, request: Request
) -> Response:
    """Revoke a key, or withdraw what was granted to a vendor.

    Everywhere the key and its tokens stop working within 15 seconds. A vendor's
    credential goes on speaking for its other providers.
    """

    async def work(transaction: Transaction) -> Credential:
        repository = CredentialRepository(access, transaction)
        credential = await repository.get(credential_id)
        if credential.kind == "provider":
            await repository.revoke(credential, datetime.now(UTC))
        return credential

    credential = await access.run(work)
    if credential.kind == "vendor":
        await access.database.run(REGISTRY, withdraw_grant(access, credential_id))
    world_of(request).part(Authenticator).forget(credential_id)
    return Response(status_code=204)
