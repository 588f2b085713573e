"""The calls on the roles that a provider's contacts hold."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response

from app.contacts import assigning, schemas
from app.contacts.calls import IF_MATCH, Reads, Writes
from app.contacts.presenting import present_role
from app.contacts.problems import CONTACT_UNKNOWN, PRIMARY_REQUIRED, ROLE_UNKNOWN
from app.contacts.repository import ContactRepository
from app.contacts.roles import ROLES, Role
from app.core.errors import ProblemError
from app.core.etag import etag, not_modified
from app.core.nearest import nearest
from app.core.openapi import IF_CHANGED, describe
from app.core.replies import json_response
from app.core.request_body import read_json
from app.core.validation import valid

router = APIRouter(prefix="/v1/providers/{provider_id}/contacts/roles", tags=["Contacts"])


async def known_role(
    role: Annotated[
        str,
        Path(description=f"One of {', '.join(ROLES)}.", json_schema_extra={"example": "billing"}),
    ],
) -> Role:
    """Return the role that the URL names; raise ProblemError 404 with the nearest."""
    found = ROLES.get(role)
    if found is None:
        raise ProblemError(
            ROLE_UNKNOWN,
            f"The roles are {', '.join(ROLES)}.",
            members={"did_you_mean": list(nearest(role, ROLES))},
        )
    return found


# It stands behind the call in every signature: who may not see the provider learns nothing.
KnownRole = Annotated[Role, Depends(known_role)]


@router.get(
    "",
    response_model=schemas.RoleList,
    operation_id="contact_roles_list",
    **describe(headers=[IF_CHANGED]),
)
async def list_roles(call: Reads, request: Request) -> Response:
    """List all roles with their holders, and who stands in for those that are vacant."""

    async def read(repository: ContactRepository) -> tuple[dict[str, Any], int]:
        version = await repository.version()
        holdings = await repository.holdings()
        holders = {holder for role in ROLES for holder in holdings.of(role)}
        people = await repository.people(holders)
        rows = [present_role(role, holdings, people, call.clock) for role in ROLES.values()]
        review = await call.review(repository)
        return {"data": rows, **review.as_document()}, version

    document, version = await call.run(read)
    return not_modified(request, version) or json_response(
        document, headers={"ETag": etag(version)}
    )


@router.get(
    "/{role}",
    response_model=schemas.RoleHolding,
    operation_id="contact_roles_get",
    **describe(headers=[IF_CHANGED], problems=[ROLE_UNKNOWN]),
)
async def get(call: Reads, role: KnownRole, request: Request) -> Response:
    """Read one role with its holders, and who stands in while it is vacant."""

    async def read(repository: ContactRepository) -> tuple[dict[str, Any], int]:
        version = await repository.version()
        return await assigning.show(repository, role, call.clock), version

    document, version = await call.run(read)
    return not_modified(request, version) or json_response(
        document, headers={"ETag": etag(version)}
    )


@router.put(
    "/{role}",
    response_model=schemas.RoleHolding,
    operation_id="contact_roles_put",
    **describe(
        body=schemas.RoleHolders,
        example={"contact_id": "500000002"},
        headers=[IF_MATCH],
        problems=[ROLE_UNKNOWN, CONTACT_UNKNOWN],
    ),
)
async def put(call: Writes, role: KnownRole, request: Request) -> Response:
    """Give a role to somebody; whoever held it before is replaced in the same step."""
    wanted = _wanted(role, await read_json(request))

    async def work(repository: ContactRepository) -> Response:
        document, version = await assigning.put(
            repository, role, wanted, call.precondition, call.clock
        )
        return json_response(document, headers={"ETag": etag(version)})

    return await call.reply(work)


@router.delete(
    "/{role}",
    status_code=204,
    operation_id="contact_roles_clear",
    **describe(
        parameters={"role": "technical"},
        headers=[IF_MATCH],
        problems=[ROLE_UNKNOWN, PRIMARY_REQUIRED],
    ),
)
async def clear(call: Writes, role: KnownRole) -> Response:
    """Leave a role vacant. The primary role never is."""

    async def work(repository: ContactRepository) -> Response:
        await assigning.clear(repository, role, call.precondition, call.clock)
        return Response(status_code=204)

    return await call.reply(work)


def _wanted(role: Role, document: object) -> list[str]:
    if role.is_single:
        return [valid(schemas.SingleHolder, document).contact_id]
    return valid(schemas.ManyHolders, document).contact_ids
