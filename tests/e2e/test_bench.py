"""That what is measured is what it says: the records, the calls, and what is written down."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from bench.calls import CALLS
from bench.clients import CONNECTIONS, run_wrk
from bench.reference.running import DATABASE, Reference, copy_records, serving_reference
from bench.results import write
from bench.rounds import check, limits
from bench.samples import Population
from bench.seeding import seed
from bench.serving import Server
from bench.world import World
from tests.demo_server import DemoServer
from tests.patience import PATIENCE

# What differs between two records that were entered in different ways at different times.
OWN = {
    *("provider_id", "activity_id", "internal_id", "created_at", "updated_at", "closed_at"),
    *("at", "change_number", "transaction_id", "request_id", "credential_id", "actor_kind"),
}
TABLES = ("activities", "commercial_support_sources", "moc_registrations", "activity_history")


@pytest.fixture(scope="module")
def world(demo_server: DemoServer) -> World:
    server = Server(demo_server.url, demo_server.process.pid, demo_server.data_dir, 0)
    return asyncio.run(seed(server, Population(activities=120, providers=2)))


@pytest.fixture(scope="module")
def reference(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reference]:
    asyncio.run(copy_records(world.server))
    with serving_reference(world.server, tmp_path_factory.mktemp("reference")) as running:
        yield running


async def rows_of(world: World, activity_id: str) -> dict[str, list[dict[str, Any]]]:
    connection = await asyncpg.connect(world.server.database())
    try:
        return {
            table: [
                {name: value for name, value in row.items() if name not in OWN}
                for row in await connection.fetch(
                    f"SELECT * FROM {table} t WHERE activity_id = $1 ORDER BY t::text",  # noqa: S608
                    activity_id,
                )
            ]
            for table in TABLES
        }
    finally:
        await connection.close()


@pytest.mark.parametrize("number", [40, 41, 57])
def test_a_seeded_record_is_what_the_application_writes(world: World, number: int) -> None:
    document = world.population.document(number)
    status = world.population.sample_of(number).status
    key = {"Authorization": f"Bearer {world.vendor_key}"}
    # The other provider pushes the same record under the same key.
    home = f"{world.server.url}{world.list_path(number + 1)}"
    named = "/".join(document[name] for name in ("format", "start_date", "internal_id"))
    pushed = httpx.put(
        f"{home}/by-key/{named}",
        params={"close": "true"} if status == "closed" else {},
        json=document,
        headers=key,
        timeout=PATIENCE,
    ).json()
    seeded = httpx.get(world.server.url + world.path(number), headers=key, timeout=PATIENCE).json()
    assert (seeded["status"], pushed["status"]) == (status, status)
    assert asyncio.run(rows_of(world, seeded["activity_id"])) == asyncio.run(
        rows_of(world, pushed["activity_id"])
    )


@pytest.mark.parametrize("name", CALLS)
async def test_each_call_is_answered_as_it_should_be(
    world: World, reference: Reference, name: str
) -> None:
    call = CALLS[name]
    prepared = await call.prepare(world, 1)
    ours = check(world.server.url, call, prepared.ours[0], world.vendor_key)
    theirs = check(reference.url, call, prepared.reference[0])
    if name in {"summary", "narrow", "full"}:
        assert len(ours.json()["data"]) == len(theirs.json()) == 50
    else:
        assert ours.json()["moc"]["boards"][0]["board"] == theirs.json()["moc_boards"][0]["board"]
    assert list(limits(world, name, ""))


@pytest.mark.skipif(shutil.which("wrk") is None, reason="wrk is not installed")
async def test_calls_that_can_be_made_only_once_are_made_once(
    world: World, reference: Reference
) -> None:
    prepared = await CALLS["push"].prepare(world, 1)
    run = run_wrk(reference.url, prepared.reference, 1, again=False)
    connection = await asyncpg.connect(world.server.database(DATABASE))
    try:
        entered = await connection.fetchval(
            "SELECT count(*) FROM activities WHERE id >= $1",
            world.first_activity + world.population.activities,
        )
    finally:
        await connection.close()
    # The one of the test before, and those that were under way when the time was up.
    assert 0 < run.requests <= entered <= run.requests + 2 * CONNECTIONS


def test_a_measurement_rewrites_its_own_section_only(tmp_path: Path) -> None:
    results = tmp_path / "RESULTS.md"
    write("imports", ["Rows: 5."], results)
    write("calls", ["Answers: 7."], results)
    write("imports", ["Rows: 6."], results)
    words = results.read_text()
    assert words.index("Answers: 7.") < words.index("Rows: 6.")
    assert "Rows: 5." not in words
