"""The calls on a provider's contacts."""

from collections.abc import Sequence
from typing import Annotated, Final

from fastapi import APIRouter, Path, Request, Response

from app.auth.access import existing
from app.contacts import schemas
from app.contacts.calls import (
    IF_MATCH,
    IF_MATCH_REQUIRED,
    Reads,
    Writes,
)
from app.contacts.confirming import confirm
from app.contacts.holding import Holdings
from app.contacts.models import Contact
from app.contacts.presenting import present
from app.contacts.problems import FIRST_IS_PRIMARY, PRIMARY_REQUIRED, ROLE_TAKEN
from app.contacts.repository import ContactRepository
from app.contacts.review import Review
from app.core.empty_body import NothingSent
from app.core.etag import PRECONDITION_REQUIRED, etag, not_modified
from app.core.idempotency import OnceOnly
from app.core.openapi import IF_CHANGED, describe, with_headers
from app.core.paging import CURSOR_INVALID, USUAL_ROWS, AskedPage, CursorAsked, MostAsked
from app.core.replies import json_response
from app.core.request_body import JSON, MERGE_PATCH, read_json

router = APIRouter(prefix="/v1/providers/{provider_id}/contacts", tags=["Contacts"])

ContactId = Annotated[
    str,
    Path(
        description="Nine digits, issued by the system.",
        json_schema_extra={"example": "500000001"},
    ),
]
NEW_STAFF: Final = {
    "given_name": "New",
    "family_name": "Coordinator",
    "credentials": "MEd",
    "job_title": "CME Coordinator",
    "email": "new.coordinator@cme.provider-hospital.org",
    "phone": "+19165550147",
    "roles": ["staff"],
}


@router.get(
    "",
    response_model=schemas.ContactList,
    operation_id="contacts_list",
    **describe(problems=[CURSOR_INVALID], responses={200: with_headers("ETag")}),
)
async def list_contacts(
    call: Reads,
    request: Request,
    limit: MostAsked = USUAL_ROWS,
    cursor: CursorAsked = "",
) -> Response:
    """List the contacts by name, a page at a time, and say whether their review is overdue."""
    selection = {"list": "contacts", "provider_id": call.access.provider_id}
    asked = AskedPage(request, limit, cursor, selection)
    after = tuple(asked.behind) if asked.behind else None

    async def read(
        repository: ContactRepository,
    ) -> tuple[Sequence[Contact], Holdings, Review, int]:
        version = await repository.version()
        people = await repository.page(after, asked.most)
        return people, await repository.holdings(), await call.review(repository), version

    people, holdings, review, version = await call.run(read)
    return asked.answer(
        people,
        lambda one: [one.family_name, one.given_name, one.contact_id],
        lambda one: present(one, holdings.roles_of(one.contact_id), call.clock),
        beside=review.as_document(),
        headers={"ETag": etag(version)},
    )


@router.post(
    "",
    status_code=201,
    response_model=schemas.Contact,
    operation_id="contacts_create",
    **describe(
        body=schemas.ContactContent,
        example=NEW_STAFF,
        headers=[IF_MATCH],
        problems=[ROLE_TAKEN, FIRST_IS_PRIMARY],
    ),
)
async def create(call: Writes, once: OnceOnly, request: Request) -> Response:
    """Enter a contact. The first contact of a provider is its primary one."""
    document = await read_json(request)
    return await call.save(lambda service: service.create(document, call.precondition), once)


@router.post(
    "/confirm",
    response_model=schemas.ContactReview,
    operation_id="contacts_confirm",
    **describe(headers=[IF_MATCH], problems=[PRIMARY_REQUIRED]),
)
async def confirm_contacts(call: Writes, once: OnceOnly, _body: NothingSent) -> Response:
    """Confirm that all contacts are current, as a provider does once a year."""

    async def work(repository: ContactRepository) -> Response:
        review = await confirm(repository, call.precondition, call.clock)
        return json_response(review.as_document())

    return await call.reply(work, once)


@router.get(
    "/{contact_id}",
    response_model=schemas.Contact,
    operation_id="contacts_get",
    **describe(headers=[IF_CHANGED]),
)
async def get(call: Reads, contact_id: ContactId, request: Request) -> Response:
    """Read one contact with its roles."""

    async def read(repository: ContactRepository) -> tuple[Contact, Holdings]:
        return existing(await repository.get(contact_id)), await repository.holdings()

    contact, holdings = await call.run(read)
    document = present(contact, holdings.roles_of(contact_id), call.clock)
    return not_modified(request, contact.version) or json_response(
        document, headers={"ETag": etag(contact.version)}
    )


@router.patch(
    "/{contact_id}",
    response_model=schemas.Contact,
    operation_id="contacts_update",
    **describe(
        body=schemas.ContactChange,
        example={"job_title": "Director of CME"},
        media_types=(MERGE_PATCH, JSON),
        headers=[IF_MATCH_REQUIRED],
        problems=[ROLE_TAKEN, PRIMARY_REQUIRED, PRECONDITION_REQUIRED],
    ),
)
async def update(call: Writes, contact_id: ContactId, request: Request) -> Response:
    """Change some fields (merge patch): null clears, the roles are replaced whole."""
    patch = await read_json(request, (MERGE_PATCH, JSON))
    return await call.save(lambda service: service.edit(contact_id, patch, call.precondition))


@router.delete(
    "/{contact_id}",
    status_code=204,
    operation_id="contacts_delete",
    **describe(
        parameters={"contact_id": "500000003"}, headers=[IF_MATCH], problems=[PRIMARY_REQUIRED]
    ),
)
async def delete(call: Writes, contact_id: ContactId) -> Response:
    """Delete a contact and its roles. The primary contact can only be replaced."""

    async def work(repository: ContactRepository) -> Response:
        await call.service(repository).delete(contact_id, call.precondition)
        return Response(status_code=204)

    return await call.reply(work)
