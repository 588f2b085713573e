"""The demo: true to the rules on any day, entered once, and the user's from then on."""

from collections.abc import AsyncIterator
from datetime import date

import pytest
from sqlalchemy import func, select

from app.activities.formats import FORMATS
from app.activities.lifecycle import Status
from app.activities.status import judge
from app.activities.submission import submission
from app.auth.models import Credential
from app.core.database import Database, Transaction
from app.core.row_scope import REGISTRY
from app.demo import seed
from app.demo.records import DEMO_PROVIDER_ID, demo_records
from app.demo.seeding import KEY_NAME
from app.reference.board_catalogue import BoardCatalogue
from tests.databases import copy_of
from tests.harness import FixedClock


@pytest.mark.parametrize(
    "day", ["2026-11-22", "2027-01-01", "2027-06-30", "2027-07-01", "2027-12-31", "2028-02-29"]
)
async def test_on_any_day_the_demo_shows_every_format_and_every_status(
    database: Database, day: str
) -> None:
    boards = await BoardCatalogue(database).boards()
    today = date.fromisoformat(day)
    formats, statuses = set(), set()
    for record in demo_records(today):
        facts = submission(record.content, DEMO_PROVIDER_ID, boards).facts
        status = judge(facts, closed=False, today=today).status
        if record.close:
            assert status is Status.READY_TO_CLOSE
        formats.add(facts.format)
        statuses.add(Status.CLOSED if record.close else status)
    assert formats == set(FORMATS)
    assert statuses == set(Status)


@pytest.fixture
async def empty_database(server_url: str, worker_id: str) -> AsyncIterator[Database]:
    """A database in which nobody is registered, and which no other test sees."""
    async with copy_of(server_url, "pars", f"demo_entered_{worker_id}") as url:
        database = Database(url, 1)
        yield database
        await database.close()


async def test_seeding_again_neither_adds_nor_brings_back(
    empty_database: Database, clock: FixedClock
) -> None:
    database = empty_database
    await seed(database, clock)
    records = await _count_activities(database)
    assert records >= len(FORMATS)

    async def delete_a_draft(transaction: Transaction) -> None:
        await transaction.driver.execute(
            "DELETE FROM activities WHERE provider_id = $1 AND format = 'other_blended'",
            DEMO_PROVIDER_ID,
        )

    await database.run(DEMO_PROVIDER_ID, delete_a_draft)
    clock.pass_days(400)
    again = await seed(database, clock)
    assert again.provider_id == DEMO_PROVIDER_ID
    assert again.key is None
    assert await _count_activities(database) == records - 1
    assert await _count_keys(database) == 1


async def _count_activities(database: Database) -> int:
    async def count(transaction: Transaction) -> int:
        return int(await transaction.driver.fetchval("SELECT count(*) FROM activities"))

    return await database.run(DEMO_PROVIDER_ID, count)


async def _count_keys(database: Database) -> int:
    async def count(transaction: Transaction) -> int:
        query = select(func.count()).where(Credential.name == KEY_NAME)
        return await transaction.session.scalar(query) or 0

    return await database.run(REGISTRY, count)
