"""Status and what is missing mean the same in Python and in PostgreSQL."""

import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.activities.lifecycle import Status
from app.activities.requirements import REQUIREMENTS
from app.activities.statements import BOARD_COLUMNS, CONTENT_COLUMNS, SOURCE_COLUMNS
from app.activities.status import judge, missing
from app.activities.status_sql import ROW_OF_CODE, lacks_sql, missing_count_sql, status_sql
from app.core.database import Database, Transaction
from tests.broken_records import BROKEN
from tests.builders import Document, complete_activity, draft_activity
from tests.harness import ReportingProvider
from tests.judging import TODAY, codes, facts
from tests.strategies import records

LACKS = ", ".join(f'{lacks_sql(code, "$1::date")} AS "{code}"' for code in ROW_OF_CODE)
STATUS = status_sql("$1::date")
EXPRESSIONS = f"{STATUS} AS status, {missing_count_sql(STATUS, '$1::date')} AS count"
JUDGED = f"SELECT {EXPRESSIONS}, {LACKS} FROM activities a ORDER BY activity_id"  # noqa: S608
Stored = tuple[Document, bool]
Row = dict[str, Any]


def expected(record: Document, *, closed: bool) -> Row:
    known = facts(record)
    judgement = judge(known, closed=closed, today=TODAY)
    lacking = () if closed else codes(missing(known, Status.CLOSED, TODAY))
    return {
        "status": judgement.status,
        "count": len(judgement.missing),
        **{code: code in lacking for code in ROW_OF_CODE},
    }


def activity_row(number: int, record: Document, *, closed: bool) -> Row:
    return {
        **record,
        **record["learners"],
        **(record["moc"]["attestation"] or {}),
        "activity_id": f"{number:09}",
        # The key is not what is judged, so no two records share one.
        "start_date": str(TODAY - timedelta(days=number)),
        "support_received": record["commercial_support"]["received"],
        "moc_registered": record["moc"]["registered"],
        "closed_at": f"{TODAY}T12:00:00Z" if closed else None,
    }


def child_rows(number: int, children: Iterable[Document]) -> list[Row]:
    return [
        {**child, "activity_id": f"{number:09}", "position": position}
        for position, child in enumerate(children)
    ]


async def fill(
    transaction: Transaction, table: str, columns: tuple[str, ...], rows: list[Row]
) -> None:
    names = ", ".join(columns)
    await transaction.driver.execute(
        f"INSERT INTO {table} (provider_id, {names})"  # noqa: S608 - names from the code
        f" SELECT current_setting('app.provider_id'), {names}"
        f" FROM jsonb_populate_recordset(NULL::{table}, $1::jsonb)",
        json.dumps(rows),
    )


async def judged_in_sql(database: Database, provider_id: str, stored: list[Stored]) -> list[Row]:
    """Store records as they are, let PostgreSQL judge them, and keep nothing."""
    activities = [
        activity_row(number, record, closed=closed)
        for number, (record, closed) in enumerate(stored)
    ]
    sources: list[Row] = []
    boards: list[Row] = []
    for number, (record, _) in enumerate(stored):
        sources += child_rows(number, record["commercial_support"]["sources"])
        boards += child_rows(number, record["moc"]["boards"])

    async def judging(transaction: Transaction) -> list[Row]:
        own = ("activity_id", "position")
        await fill(
            transaction,
            "activities",
            ("activity_id", *CONTENT_COLUMNS, "closed_at"),
            activities,
        )
        await fill(transaction, "commercial_support_sources", (*own, *SOURCE_COLUMNS), sources)
        await fill(transaction, "moc_registrations", (*own, *BOARD_COLUMNS), boards)
        return [dict(row) for row in await transaction.driver.fetch(JUDGED, TODAY)]

    return await database.run(provider_id, judging, save=False)


def whole(record: Document) -> Document:
    """Fill in what a record that is stored always has."""
    return {
        **record,
        **{name: record.get(name) or [] for name in ("delivery_methods", "joint_providers")},
        "outcome_measures": record.get("outcome_measures") or [],
        "commercial_support": record.get("commercial_support") or {"received": None, "sources": []},
        "learners": record.get("learners") or {"physicians": None, "others": None},
        "moc": record.get("moc") or {"registered": False, "attestation": None, "boards": []},
    }


async def test_records_that_lack_one_thing_are_judged_alike(
    database: Database, provider: ReportingProvider
) -> None:
    # What lacks a field of a Draft is never stored.
    asked = [row.code for row in REQUIREMENTS if row.blocks is not Status.DRAFT]
    lacking_one = [whole(BROKEN[code][0]()) for code in asked]
    stored = [
        (record, closed)
        for record in [*lacking_one, complete_activity(), whole(draft_activity())]
        for closed in (False, True)
    ]
    found = await judged_in_sql(database, provider.provider_id, stored)
    assert found == [expected(record, closed=closed) for record, closed in stored]
    assert {row["status"] for row in found} == set(Status)


@settings(
    max_examples=20,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.tuples(records(), st.booleans()), min_size=10, max_size=30))
async def test_any_record_is_judged_alike(
    database: Database, provider: ReportingProvider, stored: list[Stored]
) -> None:
    found = await judged_in_sql(database, provider.provider_id, stored)
    assert found == [expected(record, closed=closed) for record, closed in stored]
