"""The calls of the operator: entering accreditors and providers."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from app.auth.gates import RegistryGate, SharedAccess
from app.core.database import Transaction
from app.core.etag import NewRecord, etag
from app.core.idempotency import OnceOnly
from app.core.openapi import describe
from app.core.replies import json_response
from app.core.request_body import read_json
from app.core.validation import valid
from app.providers.problems import ACCREDITOR_UNKNOWN
from app.providers.profile import present
from app.providers.register import (
    ACCREDITOR_DUPLICATE,
    PROVIDER_DUPLICATE,
    PROVIDER_ID_INVALID,
    NewAccreditor,
    NewProvider,
    Register,
)
from app.providers.schemas import ProviderProfile

router = APIRouter(prefix="/v1", tags=["Operation"])

Operates = Annotated[SharedAccess, Depends(RegistryGate("providers:admin"))]


@router.post(
    "/accreditors",
    status_code=201,
    response_model=NewAccreditor,
    operation_id="accreditors_create",
    **describe(
        body=NewAccreditor,
        example={"accreditor_id": "CMA", "name": "California Medical Association"},
        problems=[ACCREDITOR_DUPLICATE],
    ),
)
async def enter_accreditor(
    access: Operates, _new: NewRecord, once: OnceOnly, request: Request
) -> Response:
    """Enter an accreditor, the body that providers report to."""
    wanted = valid(NewAccreditor, await read_json(request))

    async def work(transaction: Transaction) -> Response:
        document = await Register(access, transaction).enter_accreditor(wanted, datetime.now(UTC))
        return json_response(document, 201)

    return await access.run(once(work))


@router.post(
    "/providers",
    status_code=201,
    response_model=ProviderProfile,
    operation_id="providers_create",
    **describe(
        body=NewProvider,
        example={"provider_id": "0008273", "name": "Valley Hospital", "accreditor": "ACCME"},
        problems=[PROVIDER_DUPLICATE, PROVIDER_ID_INVALID, ACCREDITOR_UNKNOWN],
    ),
)
async def enter_provider(
    access: Operates, _new: NewRecord, once: OnceOnly, request: Request
) -> Response:
    """Enter a provider. Its accreditor must have been entered before."""
    wanted = valid(NewProvider, await read_json(request))

    async def work(transaction: Transaction) -> Response:
        provider = await Register(access, transaction).enter_provider(wanted, datetime.now(UTC))
        headers = {
            "Location": f"/v1/providers/{provider.provider_id}",
            "ETag": etag(provider.version),
        }
        return json_response(present(provider), 201, headers)

    return await access.run(once(work))
