"""The list of activities: its filters, rows, views and orders."""

from typing import Any

import pytest

from app.activities.status_sql import ROW_OF_CODE
from app.core.database import Database
from tests.builders import complete_activity, draft_activity, moc_board
from tests.harness import ReportingProvider
from tests.listing import SUMMARY, enter, rows

DRAFT = draft_activity(internal_id="DRAFT", title="Pain: 100% of the basics")

READY = complete_activity(internal_id="READY", title="Airway_course")

ACTIVE = complete_activity(
    internal_id="ACTIVE",
    title="Grand Rounds",
    format="regularly_scheduled_series",
    start_date="2026-07-01",
    end_date="2027-06-30",
    credits=52,
    learners={"physicians": None, "others": None},
    moc={
        "registered": True,
        "attestation": {"attested_by": "J. Doe", "attested_on": "2026-07-01"},
        "boards": [moc_board(url=None, credit_claim_date=None, content_areas=[])],
    },
)

CLOSED = complete_activity(
    internal_id="CLOSED",
    start_date="2025-03-01",
    end_date="2025-03-02",
    # Boards that were thought of are none that it is registered with.
    moc={"registered": False, "attestation": None, "boards": [moc_board()]},
)

ENDURING = draft_activity(
    internal_id="ENDURING",
    title="Ethics at home",
    format="enduring_material",
    start_date="2024-01-15",
    end_date="2026-12-31",
)

FILTERS = {
    "": {"DRAFT", "READY", "ACTIVE", "CLOSED", "ENDURING"},
    "status=draft": {"DRAFT", "ENDURING"},
    "status=active": {"ACTIVE"},
    "status=ready_to_close": {"READY"},
    "status=closed": {"CLOSED"},
    "status=closed,active": {"CLOSED", "ACTIVE"},
    "format=enduring_material": {"ENDURING"},
    "format=enduring_material,regularly_scheduled_series": {"ENDURING", "ACTIVE"},
    "internal_id=READY": {"READY"},
    "internal_id=REA": set(),
    "start_from=2026-05-01": {"DRAFT", "READY", "ACTIVE"},
    "start_from=2026-05-02": {"ACTIVE"},
    "start_to=2025-03-01": {"CLOSED", "ENDURING"},
    "end_from=2026-12-31": {"ACTIVE", "ENDURING"},
    "end_to=2025-03-02": {"CLOSED"},
    "end_to=2025-03-01": set(),
    "year=2023": set(),
    "year=2025": {"CLOSED", "ENDURING"},
    "year=2027": {"ACTIVE"},
    "missing=activity.credits": {"DRAFT", "ENDURING"},
    "missing=learners.others": {"DRAFT", "ENDURING", "ACTIVE"},
    "missing=moc.claim_date": {"ACTIVE"},
    "moc_board=ABA": {"READY", "ACTIVE"},
    "moc_board=ABIM": set(),
    "q=grand": {"ACTIVE"},
    "q=ROUND": {"ACTIVE"},
    "q=end": {"ENDURING"},
    "q=100%25": {"DRAFT"},
    "q=1%25s": set(),
    "q=y_c": {"READY"},
    "q=d_r": set(),
    "q=n": {"DRAFT", "ACTIVE", "CLOSED", "ENDURING"},
    "q=%5C": set(),
    "status=draft&year=2025": {"ENDURING"},
    "status=draft,active&moc_board=ABA&missing=moc.claim_date&q=rounds": {"ACTIVE"},
    "format=live_course&start_from=2025-01-01&start_to=2026-12-31&end_from=2025-01-01"
    "&end_to=2026-12-31&year=2026&internal_id=READY": {"READY"},
    "status=draft&format=regularly_scheduled_series": set(),
}


@pytest.fixture
async def records(provider: ReportingProvider) -> dict[str, dict[str, Any]]:
    """One record in each status and more, by internal id."""
    entered = {}
    for document in (DRAFT, READY, ACTIVE, CLOSED, ENDURING):
        reply = await provider.client.post(provider.activities, json=document)
        assert reply.status_code == 201, reply.text
        entered[document["internal_id"]] = reply.json()
    activity_id = entered["CLOSED"]["activity_id"]
    reply = await provider.client.post(f"{provider.activities}/{activity_id}/close")
    entered["CLOSED"] = reply.json()
    return {
        name: {field: value for field, value in record.items() if field != "meta"}
        for name, record in entered.items()
    }


async def test_each_filter_alone_and_together_finds_what_it_says(
    provider: ReportingProvider, records: dict[str, dict[str, Any]]
) -> None:
    del records
    found = {}
    for query in FILTERS:
        reply = await provider.client.get(f"{provider.activities}?{query}")
        assert reply.status_code == 200, reply.text
        found[query] = {row["internal_id"] for row in reply.json()["data"]}
    assert found == FILTERS


async def test_a_row_says_what_the_record_says(
    provider: ReportingProvider, records: dict[str, dict[str, Any]]
) -> None:
    listed = await rows(provider)
    assert [list(row) for row in listed] == [SUMMARY] * len(records)
    for row in listed:
        record = records[row["internal_id"]]
        expected = {name: record[name] for name in SUMMARY if name != "missing_count"}
        assert row == {**expected, "missing_count": len(record["missing"])}


async def test_the_status_filter_agrees_with_every_record_on_any_day(
    provider: ReportingProvider, records: dict[str, dict[str, Any]], clock: Any
) -> None:
    for day in ("2026-05-03", "2026-11-22", "2027-06-30", "2027-07-01"):
        clock.set(day)
        for status in ("draft", "active", "ready_to_close", "closed"):
            listed = {row["activity_id"] for row in await rows(provider, status=status)}
            said = set()
            for record in records.values():
                url = f"{provider.activities}/{record['activity_id']}"
                if (await provider.client.get(url)).json()["status"] == status:
                    said.add(record["activity_id"])
            assert listed == said, (day, status)


async def test_the_missing_filter_agrees_with_every_record_for_every_requirement(
    provider: ReportingProvider, records: dict[str, dict[str, Any]]
) -> None:
    said: dict[str, set[str]] = {code: set() for code in ROW_OF_CODE}
    for name, record in records.items():
        if name == "CLOSED":
            continue
        url = f"{provider.activities}/{record['activity_id']}/missing?for=closed"
        for item in (await provider.client.get(url)).json()["missing"]:
            said[item["code"]].add(name)
    listed = {
        code: {row["internal_id"] for row in await rows(provider, missing=code)} for code in said
    }
    assert listed == said
    assert sum(map(bool, said.values())) > 10


async def test_view_full_gives_the_records_as_they_are_read_alone(
    provider: ReportingProvider, records: dict[str, dict[str, Any]]
) -> None:
    reply = await provider.client.get(provider.activities, params={"view": "full"})
    listed = {row["internal_id"]: row for row in reply.json()["data"]}
    assert listed == records
    assert [list(row) for row in listed.values()] == [list(row) for row in records.values()]


async def test_fields_picks_top_level_fields_in_both_views(
    provider: ReportingProvider, records: dict[str, dict[str, Any]]
) -> None:
    listed = await rows(provider, fields="title,status", internal_id="READY")
    assert listed == [{"title": "Airway_course", "status": "ready_to_close"}]
    [whole] = await rows(provider, view="full", fields="moc,missing", internal_id="READY")
    assert whole == {name: records["READY"][name] for name in ("moc", "missing")}


async def test_count_exact_adds_the_number_of_all_rows(
    provider: ReportingProvider, records: dict[str, dict[str, Any]]
) -> None:
    del records

    async def page(query: str) -> Any:
        return (await provider.client.get(f"{provider.activities}?{query}")).json()["page"]

    assert (await page("count=exact&limit=2"))["total"] == 5
    assert (await page("count=exact&status=draft&limit=1"))["total"] == 2
    assert (await page("count=exact&internal_id=NONE"))["total"] == 0
    assert "total" not in await page("limit=2")


async def test_an_empty_list_is_a_page_without_rows(provider: ReportingProvider) -> None:
    reply = await provider.client.get(provider.activities)
    assert reply.json() == {"data": [], "page": {"next_cursor": None, "limit": 50}}
    assert "link" not in reply.headers


@pytest.mark.parametrize(
    "sort", ["updated_at", "created_at", "start_date", "end_date", "title", "internal_id"]
)
async def test_each_sort_orders_by_its_field_and_then_by_id(
    provider: ReportingProvider, database: Database, sort: str
) -> None:
    await enter(database, provider.provider_id, range(60))
    listed = await rows(provider, view="full", sort=sort, limit=200)
    assert len(listed) == 60
    keys = [(row[sort] or "", row["activity_id"]) for row in listed]
    assert keys == sorted(keys)
    assert len({key for key, _ in keys}) > 3
    backwards = await rows(provider, view="full", sort=f"-{sort}", limit=200)
    assert backwards == listed[::-1]


async def test_the_latest_change_comes_first_unless_asked_otherwise(
    provider: ReportingProvider, records: dict[str, dict[str, Any]]
) -> None:
    url = f"{provider.activities}/{records['DRAFT']['activity_id']}"
    await provider.client.patch(url, json={"title": "New"}, headers={"If-Match": "*"})
    assert [row["internal_id"] for row in await rows(provider)] == [
        "DRAFT",
        "CLOSED",
        "ENDURING",
        "ACTIVE",
        "READY",
    ]


async def test_another_providers_rows_never_appear(
    provider: ReportingProvider, other_provider: ReportingProvider, database: Database
) -> None:
    await enter(database, other_provider.provider_id, range(30))
    await enter(database, provider.provider_id, range(3))
    for query in ("", "status=draft,active,ready_to_close", "q=a", "moc_board=ABA", "year=2024"):
        url = f"{provider.activities}?limit=200&view=full&{query}"
        listed = (await provider.client.get(url)).json()["data"]
        assert {row["provider_id"] for row in listed} <= {provider.provider_id}
    assert len(await rows(provider)) == 3
    refused = await provider.client.get(other_provider.activities)
    assert refused.status_code == 404
