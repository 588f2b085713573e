from collections.abc import AsyncIterator, Iterator
from dataclasses import fields
from datetime import date
from typing import Any, get_args

import asyncpg
import orjson
import pytest

from app.activities.accreditor_list_router import across
from app.activities.listing_across import lot_statement
from app.activities.listing_filters import Filter, one_provider
from app.activities.listing_parameters import SortName
from app.activities.listing_sql import (
    SORTS,
    Position,
    Statement,
    count_statement,
    page_statement,
    summary,
)
from app.activities.statements import RECORD
from app.activities.warning_rules import OWN, WARNING_RULES
from app.catalog.reading import Wanted
from app.catalog.reading import page_statement as catalog_page
from app.core.database import SESSION_SETTINGS

TODAY = date(2026, 11, 22)
PROVIDER = "5000042"
DATABASE = "plans"
SEED = (
    "INSERT INTO accreditors VALUES ('ACCME', 'ACCME') ON CONFLICT DO NOTHING",
    """
    INSERT INTO providers (provider_id, name, accreditor_id)
    SELECT (5000000 + n)::text, 'Provider ' || n, 'ACCME' FROM generate_series(0, 149) n
    """,
    """
    INSERT INTO activities (provider_id, activity_id, internal_id, title, format, start_date,
        end_date, credits, description, cme_finder, providership, moc_registered, created_at,
        updated_at, closed_at)
    SELECT (5000000 + n % 150)::text, nextval('activity_numbers')::text,
        CASE WHEN n % 10 > 0 THEN 'ID-' || n END,
        (ARRAY['Airway', 'Ethics', 'Oncology', 'Pain', 'Sepsis'])[1 + n / 150 % 5] || ' ' || n,
        (ARRAY['live_course', 'enduring_material', 'journal_cme'])[1 + n / 150 % 3],
        date '2022-01-01' + n % 1699, date '2022-01-01' + n % 1699 + n % 360,
        n % 40 * 0.25, 'About it.', n % 2 = 0, 'direct', n % 4 = 0,
        timestamptz '2022-01-01' + n * interval '1 hour',
        timestamptz '2022-01-01' + n % 5000 * interval '1 hour',
        CASE WHEN n % 3 = 0 THEN timestamptz '2026-01-01' END
    FROM generate_series(1, 20000) n
    """,
    """
    INSERT INTO moc_registrations (provider_id, activity_id, position, board)
    SELECT provider_id, activity_id, 0, (ARRAY['ABIM', 'ABA', 'ABP'])[1 + activity_id::int % 3]
    FROM activities WHERE moc_registered
    """,
    """
    INSERT INTO commercial_support_sources (provider_id, activity_id, position, source)
    SELECT provider_id, activity_id, 0, 'Acme Pharma'
    FROM activities WHERE activity_id::int % 3 = 0
    """,
    "VACUUM ANALYZE",
)
TABLES = {"activities", "moc_registrations", "commercial_support_sources"}
ASKED: dict[str, Any] = {
    "status": ("draft",),
    "format": ("live_course", "journal_cme"),
    "internal_id": "ID-142",
    "start_from": date(2026, 1, 1),
    "start_to": date(2022, 6, 1),
    "end_from": date(2026, 1, 1),
    "end_to": date(2022, 6, 1),
    "year": 2025,
    "missing": "moc.url",
    "warning": "learners.none",
    "moc_board": "ABA",
    "q": "onc",
}
POSITIONS = {
    "timestamptz": Position("2023-06-01 00:00:00+00", "100001000"),
    "date": Position("2023-06-01", "100001000"),
    "text": Position("Oncology 1000", "100001000"),
}


@pytest.fixture(scope="module")
async def connection(server_url: str, worker_id: str) -> AsyncIterator[Any]:
    """A connection as the application has it, to 20,000 activities of 150 providers."""
    name = f"{DATABASE}_{worker_id}"
    folder = server_url.partition("?host=")[2].partition("&")[0]
    superuser = await asyncpg.connect(host=folder, user="postgres", database="postgres")
    await superuser.execute(f"DROP DATABASE IF EXISTS {name}")
    await superuser.execute(f"CREATE DATABASE {name} TEMPLATE pars OWNER pars_owner")
    # Row-level security binds the owner too; only a superuser enters for many providers.
    seeding = await asyncpg.connect(host=folder, user="postgres", database=name)
    for statement in SEED:
        await seeding.execute(statement)
    await seeding.close()
    used = await asyncpg.connect(
        host=folder, user="pars_owner", database=name, server_settings=SESSION_SETTINGS
    )
    await used.execute(f"SET app.provider_id = '{PROVIDER}'")
    yield used
    await used.close()
    await superuser.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await superuser.close()


@pytest.fixture(params=["force_custom_plan", "force_generic_plan"])
async def planned(connection: Any, request: pytest.FixtureRequest) -> Any:
    """Plans statements for their values, and as they are planned once for all values."""
    await connection.execute(f"SET plan_cache_mode = {request.param}")
    return connection


def page(
    sort: str = "-updated_at", *, behind: bool = False, document: str | None = None, **asked: Any
) -> Statement:
    order = SORTS[sort]
    return page_statement(
        document or summary(),
        one_provider(PROVIDER),
        Filter(**asked),
        sort=order,
        behind=POSITIONS[order.key_type] if behind else None,
        most=51,
        today=TODAY,
    )


async def nodes(connection: Any, statement: Statement) -> list[dict[str, Any]]:
    """Return the nodes of a plan that read activities or sort, and all below them."""
    await connection.execute(f"PREPARE planned AS {statement.text}")
    try:
        values = ", ".join([await _literal(connection, value) for value in statement.values])
        plan = await connection.fetchval(f"EXPLAIN (FORMAT JSON) EXECUTE planned({values})")
    finally:
        await connection.execute("DEALLOCATE planned")
    return list(_flat(orjson.loads(plan)[0]["Plan"]))


def _flat(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("Plans", ()):
        yield from _flat(child)


async def _literal(connection: Any, value: object) -> str:
    written = f"{{{','.join(value)}}}" if isinstance(value, tuple) else str(value)
    return str(await connection.fetchval("SELECT quote_literal($1)", written))


def read_whole(found: list[dict[str, Any]]) -> set[str]:
    """Return the tables of the providers' data that the plan reads from end to end."""
    return {node["Relation Name"] for node in found if node["Node Type"] == "Seq Scan"} & TABLES


def test_every_filter_and_every_sort_is_looked_at() -> None:
    assert set(ASKED) == {field.name for field in fields(Filter)}
    assert set(get_args(SortName)) == set(SORTS)


@pytest.mark.parametrize("name", ASKED)
async def test_no_filter_reads_the_whole_table(planned: Any, name: str) -> None:
    asked = {name: ASKED[name]}
    for sort in SORTS:
        for behind in (False, True):
            statement = page(sort, behind=behind, **asked)
            assert not read_whole(await nodes(planned, statement)), (sort, behind)
    counting = count_statement(one_provider(PROVIDER), Filter(**asked), TODAY)
    assert not read_whole(await nodes(planned, counting))


async def test_all_filters_together_do_not_read_the_whole_table(planned: Any) -> None:
    assert not read_whole(await nodes(planned, page(**ASKED)))


@pytest.mark.parametrize("document", [summary(), RECORD], ids=["summary", "full"])
@pytest.mark.parametrize("sort", SORTS)
async def test_each_order_runs_along_its_index_from_the_cursor_on(
    connection: Any, sort: str, document: str
) -> None:
    await connection.execute("SET plan_cache_mode = force_generic_plan")
    for behind in (False, True):
        found = await nodes(connection, page(sort, behind=behind, document=document))
        # Right below the limit of the page: nothing is sorted, nothing is read in vain.
        limit = next(node for node in found if node["Node Type"] == "Limit")
        scan = limit["Plans"][0]
        if scan["Node Type"] == "Result":  # Compares the two providers, once.
            scan = scan["Plans"][0]
        assert scan["Index Name"] == f"activities_by_{sort.removeprefix('-')}"
        assert ("ROW(" in scan["Index Cond"]) is behind
        assert "Filter" not in scan


async def test_an_internal_id_is_found_by_its_index(planned: Any) -> None:
    found = await nodes(planned, page(internal_id="ID-142"))
    assert "activities_by_internal_id" in [node.get("Index Name") for node in found]


@pytest.mark.parametrize("code", OWN)
async def test_a_warning_of_the_record_alone_is_found_by_its_index(planned: Any, code: str) -> None:
    found = await nodes(planned, page(warning=code))
    assert f"activities_warned_{code.replace('.', '_')}" in [
        node.get("Index Name") for node in found
    ]


@pytest.mark.parametrize("code", sorted(set(WARNING_RULES) - set(OWN)))
async def test_a_warning_that_others_cause_does_not_read_a_whole_table(
    planned: Any, code: str
) -> None:
    assert not read_whole(await nodes(planned, page(warning=code)))


@pytest.mark.parametrize(
    ("asked", "looked_at"), [({"q": "onc"}, "searched"), ({"moc_board": "ABA"}, "moc_registered")]
)
async def test_a_search_looks_at_nothing_but_the_index_until_it_finds(
    connection: Any, asked: dict[str, Any], looked_at: str
) -> None:
    await connection.execute("SET plan_cache_mode = force_generic_plan")
    found = await nodes(connection, page(**asked))
    (search,) = [node for node in found if looked_at in node.get("Filter", "")]
    assert (search["Node Type"], search["Index Name"]) == (
        "Index Only Scan",
        "activities_by_updated_at",
    )


@pytest.mark.parametrize("asked", [{"q": "onc"}, {"moc_board": "ABA"}])
async def test_what_is_found_is_searched_once_and_then_read_by_its_key(
    connection: Any, asked: dict[str, Any]
) -> None:
    await connection.execute("SET plan_cache_mode = force_generic_plan")
    found = await nodes(connection, page(**asked))
    join = next(node for node in found if node["Node Type"] == "Nested Loop")
    used = {
        side["Parent Relationship"]: {node.get("Index Name") for node in _flat(side)}
        for side in join["Plans"]
    }
    assert "activities_by_updated_at" in used["Outer"]
    assert "activities_pkey" in used["Inner"]


@pytest.mark.parametrize("sort", SORTS)
async def test_a_lot_across_providers_is_read_along_an_index(connection: Any, sort: str) -> None:
    await connection.execute("SET plan_cache_mode = force_generic_plan")
    order = SORTS[sort]
    name = sort.removeprefix("-")
    index = "activities_across_by_updated_at" if name == "updated_at" else f"activities_by_{name}"
    for behind in (None, POSITIONS[order.key_type]):
        statement = lot_statement(
            summary(),
            across("ACCME"),
            Filter(status=("draft",)),
            sort=order,
            behind=behind,
            most=51,
            today=TODAY,
        )
        await connection.execute("SET ROLE pars_accreditor")
        found = await nodes(connection, statement)
        await connection.execute("RESET ROLE")
        used = {node.get("Index Name") for node in found if node.get("Relation Name") in TABLES}
        assert not read_whole(found)
        assert used >= {index}
        assert used <= {
            index,
            "activities_pkey",
            "commercial_support_sources_pkey",
            "moc_registrations_pkey",
        }


async def test_the_catalog_runs_along_its_index(connection: Any) -> None:
    await connection.execute("SET plan_cache_mode = force_generic_plan")
    found = await nodes(connection, Statement(*catalog_page(Wanted(), TODAY, None, 51)))
    (scan,) = [node for node in found if node.get("Index Name") == "activities_listed"]
    assert scan["Node Type"] == "Index Scan"
    # What sorts, sorts the boards of one record, or the page that was found.
    limit = next(node for node in found if node["Node Type"] == "Limit")
    assert "Sort" not in [node["Node Type"] for node in _flat(limit)]


async def test_registrations_with_a_board_are_found_by_their_index(planned: Any) -> None:
    found = await nodes(planned, page(moc_board="ABA"))
    assert "moc_registrations_by_board" in [node.get("Index Name") for node in found]
