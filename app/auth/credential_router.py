"""The register of credentials, for the operator: of every kind, for everybody."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from app.auth import issuing
from app.auth.authentication import Authenticator
from app.auth.gates import RegistryGate, SharedAccess
from app.auth.issuing_once import ISSUED_ALREADY, issue_once
from app.auth.keys import IssuedKey
from app.auth.listing import CredentialId, answer_page
from app.auth.repository import CredentialRepository
from app.auth.schemas import (
    CredentialList,
    CredentialRequest,
    CredentialRow,
    IssuedCredentialRow,
    credential_document,
)
from app.core.database import Transaction
from app.core.etag import NewRecord, WithoutVersion
from app.core.idempotency import OnceOnly
from app.core.openapi import describe
from app.core.paging import CURSOR_INVALID, USUAL_ROWS, AskedPage, CursorAsked, MostAsked
from app.core.replies import json_response
from app.core.request_body import read_json
from app.core.validation import valid
from app.core.worlds import world_of

router = APIRouter(prefix="/v1/credentials", tags=["Operation"])

Administers = Annotated[SharedAccess, Depends(RegistryGate("credentials:admin"))]


@router.get(
    "",
    response_model=CredentialList,
    operation_id="credentials_list",
    **describe(problems=[CURSOR_INVALID]),
)
async def list_credentials(
    access: Administers, request: Request, limit: MostAsked = USUAL_ROWS, cursor: CursorAsked = ""
) -> Response:
    """List all credentials, the newest first."""
    asked = AskedPage(request, limit, cursor, {"list": "credentials", "of": "the register"})
    return await answer_page(access, asked, credential_document)


@router.post(
    "",
    status_code=201,
    response_model=IssuedCredentialRow,
    operation_id="credentials_create",
    **describe(
        body=CredentialRequest,
        example={
            "kind": "vendor",
            "name": "Learning management system of the county",
            "providers": ["0000001", "0000002"],
            "scopes": ["activities:read", "activities:write"],
        },
        problems=[
            issuing.EXPIRY_INVALID,
            issuing.MODE_DIFFERS,
            issuing.SCOPE_NOT_OF_KIND,
            issuing.SPEAKS_FOR_NOBODY,
            issuing.PROVIDER_UNKNOWN,
            issuing.ACCREDITOR_UNKNOWN,
            ISSUED_ALREADY,
        ],
    ),
)
async def create_credential(
    access: Administers, _new: NewRecord, once: OnceOnly, request: Request
) -> Response:
    """Issue a credential of any kind. Its key is shown this once and never again.

    Under one `Idempotency-Key` one credential is issued. The call sent again does not show its
    key again: it is refused with its id, so that you can revoke it and issue another.
    """
    wanted, now = valid(CredentialRequest, await read_json(request)), datetime.now(UTC)

    async def issue(transaction: Transaction) -> tuple[dict[str, Any], IssuedKey]:
        maker = access.principal
        credential, issued = await issuing.new_credential_of(transaction, maker, wanted, now)
        await CredentialRepository(access, transaction).add(credential)
        return credential_document(credential, now), issued

    return await issue_once(access.run, once, issue, "/v1/credentials")


@router.get(
    "/{credential_id}",
    response_model=CredentialRow,
    operation_id="credentials_get",
    **describe(),
)
async def get_credential(access: Administers, credential_id: CredentialId) -> Response:
    """Read whom a credential speaks for, what it may do, and whether it is live."""
    credential = await access.run(
        lambda transaction: CredentialRepository(access, transaction).get(credential_id)
    )
    return json_response(credential_document(credential, datetime.now(UTC)))


@router.delete("/{credential_id}", status_code=204, operation_id="credentials_revoke", **describe())
async def revoke_credential(
    access: Administers, _without: WithoutVersion, credential_id: CredentialId, request: Request
) -> Response:
    """Revoke a credential of any kind: it stops working everywhere within 15 seconds."""

    async def work(transaction: Transaction) -> None:
        repository = CredentialRepository(access, transaction)
        await repository.revoke(await repository.get(credential_id), datetime.now(UTC))

    await access.run(work)
    world_of(request).part(Authenticator).forget(credential_id)
    return Response(status_code=204)
