"""What every call on activities carries: access, boards, the day, and its options."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Query, Request, Response

from app.activities.presenting import present
from app.activities.repository import ActivityRepository, Record
from app.activities.schemas import RequiredStatus
from app.activities.service import ActivityService, Saved, SaveOptions
from app.activities.status import Status
from app.auth.access import Access, ProviderAccess, ProviderId, existing, require_scope
from app.core.etag import Precondition, etag, if_match, not_modified
from app.core.idempotency import EACH_TIME, Once
from app.core.replies import json_response
from app.core.trials import ValidateOnly
from app.core.worlds import clock_of, world_of
from app.reference.board_catalogue import BoardCatalogue
from app.reference.boards import Board

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reading:
    """A call that reads one provider's activities."""

    access: Access
    boards: Mapping[str, Board]
    today: date

    async def run(self, work: Callable[[ActivityRepository], Awaitable[T]]) -> T:
        """Read what single statements find."""
        return await self.access.look(lambda values: work(ActivityRepository(self.access, values)))

    async def reply(
        self,
        request: Request,
        find: Callable[[ActivityRepository], Awaitable[Record | None]],
        fields: Sequence[str] | None,
    ) -> Response:
        """Answer with the record that is found, or with these fields of it."""
        record = existing(await self.run(find))
        return not_modified(request, record["version"]) or record_response(
            present(record, self.boards, self.today), fields=fields
        )


@dataclass(frozen=True, slots=True)
class Writing:
    """A call that changes one provider's activities, in one transaction or not at all."""

    access: Access
    boards: Mapping[str, Board]
    today: date
    precondition: Precondition
    validate_only: bool

    async def run(self, work: Callable[[ActivityRepository], Awaitable[T]]) -> T:
        """Write in one transaction; with `validate_only` everything runs and nothing is kept."""
        return await self.access.run(
            lambda transaction: work(ActivityRepository(self.access, transaction.driver)),
            save=not self.validate_only,
        )

    async def reply(
        self, work: Callable[[ActivityRepository], Awaitable[Response]], once: Once
    ) -> Response:
        """Write as `run` does; a repetition of the call gets the first answer again."""
        return await self.access.run(
            once(lambda transaction: work(ActivityRepository(self.access, transaction.driver))),
            save=not self.validate_only,
        )

    async def save(
        self, work: Callable[[ActivityService], Awaitable[Saved]], once: Once = EACH_TIME
    ) -> Response:
        """Save through the service and answer with the record as it stands."""

        async def with_service(repository: ActivityRepository) -> Response:
            service = ActivityService(repository, self.boards, self.today)
            return self.answer(await work(service))

        return await self.reply(with_service, once)

    def permit_close(self, options: SaveOptions) -> None:
        """Refuse `close=true` with 403 when the credential may only write."""
        if options.close:
            require_scope(self.access.principal, "activities:close")

    def answer(self, saved: Saved) -> Response:
        """Return the reply to a write."""
        record = {**saved.record, "meta": {"unchanged": saved.unchanged}}
        if not saved.created:
            return record_response(record)
        place = f"/v1/providers/{self.access.provider_id}/activities/{record['activity_id']}"
        return record_response(record, 201, {"Location": place})


def record_response(
    record: dict[str, Any],
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    fields: Sequence[str] | None = None,
) -> Response:
    """Return a record, or only these fields of it, as JSON with its ETag."""
    document = record if fields is None else {name: record[name] for name in fields}
    return json_response(document, status, {"ETag": etag(record["version"]), **(headers or {})})


async def save_options(
    require_status: Annotated[
        RequiredStatus | None,
        Query(description="Save only if the record reaches this status."),
    ] = None,
    close: Annotated[  # noqa: FBT002 - a query parameter
        bool, Query(description="Save and close, or do neither.")
    ] = False,
) -> SaveOptions:
    """Read what a save asks for beside its content."""
    return SaveOptions(Status(require_status) if require_status else None, close=close)


class ReadingCall:
    """The dependency of calls that read activities."""

    def __init__(self, *scopes: str) -> None:
        self.scopes = scopes
        self._permit = ProviderAccess(*scopes)

    async def __call__(self, request: Request, provider_id: ProviderId) -> Reading:
        """Let the request through to the provider's records."""
        access = await self._permit(request, provider_id)
        boards = await world_of(request).part(BoardCatalogue).boards()
        return Reading(access, boards, clock_of(request).today())


class WritingCall:
    """The dependency of calls that change activities."""

    def __init__(self, *scopes: str) -> None:
        self.scopes = scopes
        self._permit = ProviderAccess(*scopes)

    async def __call__(
        self,
        request: Request,
        provider_id: ProviderId,
        validate_only: ValidateOnly = False,  # noqa: FBT002 - a query parameter
    ) -> Writing:
        """Let the request through to the provider's records."""
        access = await self._permit(request, provider_id)
        return Writing(
            access,
            await world_of(request).part(BoardCatalogue).boards(),
            clock_of(request).today(),
            if_match(request),
            validate_only,
        )


Reads = Annotated[Reading, Depends(ReadingCall("activities:read"))]
Writes = Annotated[Writing, Depends(WritingCall("activities:write"))]
Closes = Annotated[Writing, Depends(WritingCall("activities:close"))]
Reopens = Annotated[Writing, Depends(WritingCall("activities:close", "activities:reopen"))]
Options = Annotated[SaveOptions, Depends(save_options)]
