"""The calls on a provider's profile and its reporting deadlines."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from app.auth.access import Access, ProviderAccess, existing
from app.core.database import Transaction
from app.core.etag import PRECONDITION_REQUIRED, etag, if_match, not_modified
from app.core.openapi import IF_CHANGED, Header, describe
from app.core.read_only import READ_ONLY
from app.core.replies import json_response
from app.core.request_body import JSON, MERGE_PATCH, read_json
from app.core.trials import ValidateOnly
from app.core.worlds import clock_of
from app.providers import problems, schemas
from app.providers.deadline_reading import YearAsked, deadline_list
from app.providers.profile import Saved, edit, present
from app.providers.repository import ProviderRepository
from app.providers.service import deadlines_of

router = APIRouter(prefix="/v1/providers/{provider_id}", tags=["Providers"])

Reads = Annotated[Access, Depends(ProviderAccess("contacts:read"))]
Writes = Annotated[Access, Depends(ProviderAccess("contacts:write"))]

_IF_MATCH = Header(
    "If-Match", "The ETag that the change is based on; `*` changes any version.", "*", required=True
)


@router.get(
    "",
    response_model=schemas.ProviderProfile,
    operation_id="providers_get",
    **describe(headers=[IF_CHANGED]),
)
async def get(access: Reads, request: Request) -> Response:
    """Read the profile of a provider."""
    provider = existing(
        await access.run(lambda transaction: ProviderRepository(access, transaction).get())
    )
    return not_modified(request, provider.version) or _profile_response(present(provider))


@router.patch(
    "",
    response_model=schemas.ProviderProfile,
    operation_id="providers_update",
    **describe(
        body=schemas.ProfileChange,
        example={
            "address_lines": ["2000 Hospital Way", "CME Office"],
            "city": "Sacramento",
            "state": "CA",
            "postal_code": "95816",
            "country": "USA",
            "web_site": "https://cme.provider-hospital.org",
        },
        media_types=(MERGE_PATCH, JSON),
        headers=[_IF_MATCH],
        problems=[
            READ_ONLY,
            problems.COUNTRY_UNKNOWN,
            problems.STATE_UNKNOWN,
            PRECONDITION_REQUIRED,
        ],
    ),
)
async def update(
    access: Writes,
    request: Request,
    validate_only: ValidateOnly = False,  # noqa: FBT002 - a query parameter
) -> Response:
    """Change some fields (merge patch). A provider writes its address and web site.

    Its name, accreditor and accreditation status are the accreditor's to change.
    """
    precondition = if_match(request)
    precondition.require()
    patch = await read_json(request, (MERGE_PATCH, JSON))
    clock = clock_of(request)

    async def work(transaction: Transaction) -> Saved:
        repository = ProviderRepository(access, transaction)
        return await edit(repository, patch, access.principal.kind, precondition, clock)

    saved = await access.run(work, save=not validate_only)
    document = {**saved.document, "meta": {"unchanged": saved.unchanged}}
    return _profile_response(document)


@router.get(
    "/deadlines",
    response_model=schemas.DeadlineList,
    operation_id="providers_deadlines",
    **describe(),
)
async def list_deadlines(access: Reads, request: Request, year: YearAsked = None) -> Response:
    """List until when the activities of a year are reported: last, this and next year's."""
    accreditor, exceptions = await access.run(
        lambda transaction: deadlines_of(transaction, access.provider_id)
    )
    return json_response(deadline_list(accreditor, exceptions, year, clock_of(request)))


def _profile_response(document: dict[str, Any]) -> Response:
    return json_response(document, headers={"ETag": etag(document["version"])})
