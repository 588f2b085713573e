"""Putting the demo into the database, once."""

from collections.abc import Awaitable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import select

from app.activities.service import ActivityService, SaveOptions
from app.activities.staged_repository import key_of
from app.auth.access import Access
from app.auth.models import Credential
from app.auth.operating import issue_key
from app.auth.principal import Principal
from app.auth.scopes import PROVIDER_SCOPES, READING
from app.core.clock import Clock
from app.core.database import Database, Transaction
from app.core.errors import ProblemError
from app.core.etag import Precondition
from app.core.row_scope import REGISTRY
from app.demo.completions import report_completions
from app.demo.imports import try_a_file
from app.demo.profile import enter_profile
from app.demo.records import (
    DEMO_PROVIDER_ID,
    NEIGHBOUR_ID,
    DemoRecord,
    demo_records,
    neighbour_records,
)
from app.demo.same_ids import SameIds
from app.providers.register import ACCREDITOR_DUPLICATE, PROVIDER_DUPLICATE
from app.providers.registering import enter_accreditor, enter_provider
from app.reference.board_catalogue import BoardCatalogue

DEMO_ACCREDITOR: Final = "ACCME"
_ACCREDITOR_NAME: Final = "Accreditation Council for Continuing Medical Education"
KEY_NAME: Final = "Demo key"
SEEDING: Final = "seed"
# The examples of the API document revoke this one, so that nobody loses a key to them.
SPARE_CREDENTIAL_ID: Final = "cred_0000000000000001"

_PLANTED: Final = """
SELECT activity_id FROM activity_history
WHERE provider_id = $1 AND credential_id = $2 AND action = 'created' ORDER BY change_number
"""


@dataclass(frozen=True, slots=True)
class DemoSeed:
    """The demo provider, and its key when this seeding was the first."""

    provider_id: str
    key: str | None


async def seed(database: Database, clock: Clock, key: str | None = None) -> DemoSeed:
    """Enter the demo's providers and records, and issue a test key; the second time, nothing.

    The key is issued last and marks that the demo is whole. What a person deletes or
    changes afterwards is theirs: it does not come back with the next start.
    """
    if await database.run(REGISTRY, _demo_key_exists):
        return DemoSeed(DEMO_PROVIDER_ID, None)
    await _once(enter_accreditor(database, SEEDING, DEMO_ACCREDITOR, _ACCREDITOR_NAME))
    await _register(database, DEMO_PROVIDER_ID, "Provider Hospital")
    await plant(database, clock)
    today = clock.today()
    await _register(database, NEIGHBOUR_ID, "Neighbor Clinic")
    await _enter(database, NEIGHBOUR_ID, neighbour_records(today), today)
    await issue_key(
        database,
        providers=[DEMO_PROVIDER_ID],
        scopes=sorted(READING.intersection(PROVIDER_SCOPES)),
        mode="test",
        name="A key to be revoked",
        credential_id=SPARE_CREDENTIAL_ID,
        by=SEEDING,
    )
    issued = await issue_key(
        database, providers=[DEMO_PROVIDER_ID], mode="test", name=KEY_NAME, key=key, by=SEEDING
    )
    return DemoSeed(DEMO_PROVIDER_ID, issued.key)


async def plant(database: Database, clock: Clock, ids: Iterable[str] = ()) -> None:
    """Enter the demo's records, people and import, each unless it is there.

    The records get these ids, in their order, and new ones where there are none.
    """
    access, today = _access(database, DEMO_PROVIDER_ID), clock.today()
    await _enter(database, DEMO_PROVIDER_ID, demo_records(today), today, ids)
    await report_completions(access, today)
    await enter_profile(access, clock)
    await try_a_file(database, access, clock)


async def planted_ids(transaction: Transaction) -> list[str]:
    """Return the ids that the demo's records were given, also of those that are gone."""
    rows = await transaction.driver.fetch(_PLANTED, DEMO_PROVIDER_ID, SEEDING)
    return [row["activity_id"] for row in rows]


async def _demo_key_exists(transaction: Transaction) -> bool:
    query = select(Credential.credential_id).where(
        Credential.name == KEY_NAME, Credential.providers == [DEMO_PROVIDER_ID]
    )
    return await transaction.session.scalar(query.limit(1)) is not None


async def _register(database: Database, provider_id: str, name: str) -> None:
    await _once(enter_provider(database, SEEDING, provider_id, name, DEMO_ACCREDITOR))


async def _once(entering: Awaitable[None]) -> None:
    """Enter whom a seeding that did not come to its end has not entered yet."""
    try:
        await entering
    except ProblemError as problem:
        if problem.kind not in (ACCREDITOR_DUPLICATE, PROVIDER_DUPLICATE):
            raise


async def _enter(
    database: Database,
    provider_id: str,
    records: Iterable[DemoRecord],
    today: date,
    ids: Iterable[str] = (),
) -> None:
    boards = await BoardCatalogue(database).boards()
    access = _access(database, provider_id)

    async def push_all(transaction: Transaction) -> None:
        repository = SameIds(access, transaction.driver, iter(ids))
        service = ActivityService(repository, boards, today)
        for record in records:
            options = SaveOptions(close=record.close)
            await service.push(key_of(record.content), record.content, options, Precondition())

    await access.run(push_all)


def _access(database: Database, provider_id: str) -> Access:
    """Return the access under which the audit trail shows what the seeding wrote."""
    principal = Principal(
        credential_id=SEEDING,
        kind="operator",
        mode="test",
        providers=frozenset({provider_id}),
        scopes=frozenset(PROVIDER_SCOPES),
    )
    return Access(principal, provider_id, SEEDING, database)
