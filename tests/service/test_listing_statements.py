from datetime import date
from typing import Any

import pytest

from app.activities.listing import Lister
from app.activities.listing_filters import Filter, one_provider
from app.activities.listing_parameters import LATEST_FIRST, ListRequest
from app.core.database import Database, Transaction
from app.core.paging import Cursors
from tests.builders import complete_activity
from tests.harness import ReportingProvider


@pytest.mark.parametrize(
    ("asked", "statements"), [({}, 1), ({"whole": True}, 1), ({"count": True}, 2)]
)
async def test_a_page_takes_one_statement_and_the_total_one_more(
    provider: ReportingProvider,
    database: Database,
    asked: dict[str, Any],
    statements: int,
) -> None:
    for number in range(3):
        document = complete_activity(internal_id=f"ID-{number}")
        reply = await provider.client.post(provider.activities, json=document)
        assert reply.status_code == 201, reply.text
    plain = {"whole": False, "fields": None, "count": False}
    request = ListRequest(Filter(), LATEST_FIRST, limit=50, cursor="", **{**plain, **asked})
    seen: list[str] = []

    async def work(transaction: Transaction) -> int:
        scope = one_provider(provider.provider_id)
        lister = Lister(scope, {}, date(2026, 11, 22), Cursors("secret"))
        with transaction.driver.query_logger(lambda logged: seen.append(logged.query)):
            page = await lister.page(transaction.driver, request)
        return len(page.rows)

    assert await database.run(provider.provider_id, work) == 3
    assert len(seen) == statements
