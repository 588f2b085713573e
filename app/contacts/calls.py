"""What every call on contacts carries: access, the clock, and its options."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Final, TypeVar

from fastapi import Depends, Request, Response

from app.auth.access import Access, ProviderAccess, ProviderId
from app.contacts.repository import ContactRepository
from app.contacts.review import Review, review_of
from app.contacts.service import ContactService, Saved
from app.core.clock import Clock
from app.core.database import Transaction
from app.core.etag import Precondition, etag, if_match
from app.core.idempotency import EACH_TIME, Once
from app.core.openapi import Header
from app.core.replies import json_response
from app.core.trials import ValidateOnly
from app.core.worlds import clock_of

T = TypeVar("T")

IF_MATCH: Final = Header("If-Match", "The ETag that the change is based on.", '"1"')
IF_MATCH_REQUIRED: Final = Header(
    "If-Match", "The ETag that the change is based on; `*` changes any version.", "*", required=True
)


@dataclass(frozen=True, slots=True)
class ContactReading:
    """A call that reads one provider's contacts."""

    access: Access
    clock: Clock

    async def run(self, work: Callable[[ContactRepository], Awaitable[T]]) -> T:
        """Read in one transaction."""
        return await self.access.run(
            lambda transaction: work(ContactRepository(self.access, transaction))
        )

    async def review(self, repository: ContactRepository) -> Review:
        """Return where the review of all contacts stands."""
        looked_at, reviewed = await repository.looks()
        return review_of(looked_at, reviewed, self.clock.reporting_zone, self.clock.today())


@dataclass(frozen=True, slots=True)
class ContactWriting:
    """A call that changes one provider's contacts, in one transaction or not at all."""

    access: Access
    clock: Clock
    precondition: Precondition
    validate_only: bool

    async def reply(
        self,
        work: Callable[[ContactRepository], Awaitable[Response]],
        once: Once = EACH_TIME,
    ) -> Response:
        """Write in one transaction; with `validate_only` everything runs and nothing is kept."""

        async def with_repository(transaction: Transaction) -> Response:
            return await work(ContactRepository(self.access, transaction))

        return await self.access.run(once(with_repository), save=not self.validate_only)

    async def save(
        self, work: Callable[[ContactService], Awaitable[Saved]], once: Once = EACH_TIME
    ) -> Response:
        """Write through the service and answer with the contact as it stands."""
        return await self.reply(lambda repository: self._saved(work, repository), once)

    async def _saved(
        self, work: Callable[[ContactService], Awaitable[Saved]], repository: ContactRepository
    ) -> Response:
        saved = await work(self.service(repository))
        document = {**saved.document, "meta": {"unchanged": saved.unchanged}}
        headers = {"ETag": etag(document["version"])}
        if saved.created:
            provider_id, contact_id = self.access.provider_id, document["contact_id"]
            headers["Location"] = f"/v1/providers/{provider_id}/contacts/{contact_id}"
        return json_response(document, 201 if saved.created else 200, headers)

    def service(self, repository: ContactRepository) -> ContactService:
        """Return the writes on single contacts, within the transaction of the repository."""
        return ContactService(repository, self.clock)


class ReadingCall:
    """The dependency of calls that read contacts."""

    def __init__(self, *scopes: str) -> None:
        self.scopes = scopes
        self._permit = ProviderAccess(*scopes)

    async def __call__(self, request: Request, provider_id: ProviderId) -> ContactReading:
        """Let the request through to the provider's contacts."""
        return ContactReading(await self._permit(request, provider_id), clock_of(request))


class WritingCall:
    """The dependency of calls that change contacts."""

    def __init__(self, *scopes: str) -> None:
        self.scopes = scopes
        self._permit = ProviderAccess(*scopes)

    async def __call__(
        self,
        request: Request,
        provider_id: ProviderId,
        validate_only: ValidateOnly = False,  # noqa: FBT002 - a query parameter
    ) -> ContactWriting:
        """Let the request through to the provider's contacts."""
        access = await self._permit(request, provider_id)
        return ContactWriting(access, clock_of(request), if_match(request), validate_only)


Reads = Annotated[ContactReading, Depends(ReadingCall("contacts:read"))]
Writes = Annotated[ContactWriting, Depends(WritingCall("contacts:write"))]
