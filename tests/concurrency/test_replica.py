"""Lists come from a real streaming replica while it keeps up, single records never do."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg
import httpx
import pytest

from app.auth.access import not_found
from app.cli.doctor_database import look_at_replica
from app.core import replica as replica_module
from app.core.clock import Clock
from app.core.database import Transaction
from app.core.errors import ProblemError
from app.core.replica import MOST_SECONDS_BEHIND, ReplicatedDatabase
from app.embedded.account import account_for
from app.embedded.binaries import find_binaries
from app.embedded.cluster import Cluster
from app.embedded.postmaster import Postmaster
from app.main import create_app
from app.settings import Settings
from tests.builders import draft_activity
from tests.clients import client_of
from tests.databases import superuser_of
from tests.harness import ReportingProvider
from tests.patience import PATIENCE, eventually

NOWHERE = "postgresql+asyncpg://pars@127.0.0.1:1/pars"


@dataclass(frozen=True, slots=True)
class Replica:
    """A replica of the server of this run, and the address of this worker's database on it."""

    url: str
    postmaster: Postmaster

    async def hold_back(self) -> None:
        """Let it fall behind: what comes from the database waits."""
        async with superuser_of(self.url) as superuser:
            await superuser.execute("SELECT pg_wal_replay_pause()")

            async def waits() -> bool:
                state = await superuser.fetchval("SELECT pg_get_wal_replay_pause_state()")
                return bool(state == "paused")

            await eventually(waits)

    async def catch_up(self) -> None:
        """Let it take in what has come, up to now."""
        async with superuser_of(self.url) as superuser:
            await superuser.execute("SELECT pg_wal_replay_resume()")


@pytest.fixture(scope="module")
def replica(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replica]:
    cluster = Cluster(tmp_path_factory.mktemp("replica"))
    account = account_for(cluster.data)
    binaries = find_binaries(account)
    sockets = database_url.partition("?host=")[2].partition("&")[0]
    account.make_folder(cluster.data)
    account.run(
        [
            str(binaries.folder / "pg_basebackup"),
            *("--host", sockets, "--username", "postgres", "--pgdata", str(cluster.data)),
            *("--write-recovery-conf", "--checkpoint=fast", "--no-sync"),
        ]
    )
    postmaster = Postmaster(cluster, binaries, account, durable=False)
    postmaster.start()
    name = database_url.partition("?")[0].rpartition("/")[2]
    try:
        yield Replica(cluster.url(name), postmaster)
    finally:
        postmaster.stop()


class Moment:
    """The present moment for whoever reads from a replica, which passes by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def passes(self, seconds: float) -> None:
        """Let so many seconds go by."""
        self.now += seconds


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> Moment:
    """However long the machine takes, a replica is only as old as the test says."""
    standing = Moment()
    monkeypatch.setattr(replica_module, "_now", lambda: standing.now)
    monkeypatch.setattr(replica_module, "_SECONDS_OF_A_LOOK", PATIENCE)
    return standing


@asynccontextmanager
async def replicated(url: str, replica_url: str) -> AsyncIterator[ReplicatedDatabase]:
    database = ReplicatedDatabase(url, replica_url, 2, 10)
    try:
        yield database
    finally:
        await database.close()


async def keep_up(database: ReplicatedDatabase, moment: Moment) -> None:
    """Wait until the replica has everything of before this moment."""
    # What was learnt a moment ago, before the last change, does not count.
    moment.passes(0.01)

    async def has_all() -> bool:
        await database.look_at_replica()
        return database.has_all_before >= moment.now

    await eventually(has_all)


async def is_replica(transaction: Transaction) -> bool:
    return bool(await transaction.driver.fetchval("SELECT pg_is_in_recovery()"))


@pytest.fixture
async def client(
    settings: Settings,
    replica: Replica,
    provider: ReportingProvider,
    session_clock: Clock,
    moment: Moment,
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the provider, of an application that has the replica."""
    application = create_app(settings.model_copy(update={"replica_url": replica.url}))
    async with application.router.lifespan_context(application):
        application.state.clock = session_clock
        async with client_of(application, provider.key) as client:
            await keep_up(application.state.worlds.live.database, moment)
            yield client


async def test_lists_and_exports_come_from_the_replica_and_single_records_never_do(
    client: httpx.AsyncClient, provider: ReportingProvider, replica: Replica
) -> None:
    async def listed() -> list[int]:
        replies = [
            await client.get(provider.activities),
            await client.get(f"/v1/providers/{provider.provider_id}/exports/activities"),
        ]
        assert {reply.status_code for reply in replies} == {200}
        return [len(replies[0].json()["data"]), len(replies[1].text.splitlines())]

    await replica.hold_back()
    try:
        made = await client.post(provider.activities, json=draft_activity())
        assert made.status_code == 201
        # What was written is read at once, and changed by what was read.
        place = made.headers["location"]
        assert (await client.get(place)).json()["version"] == 1
        changed = await client.patch(
            place, json={"title": "Another"}, headers={"If-Match": made.headers["etag"]}
        )
        assert (await client.get(place)).json()["title"] == "Another"
        assert changed.json()["version"] == 2
        assert await listed() == [0, 0]
    finally:
        await replica.catch_up()

    async def both_are_there() -> bool:
        return await listed() == [1, 1]

    await eventually(both_are_there)


async def test_the_directory_and_the_catalog_come_from_the_replica(
    client: httpx.AsyncClient,
) -> None:
    def read_there(text: str) -> float:
        found = re.search(r'pars_listings_total\{read_from="replica"\} (\S+)', text)
        return float(found[1]) if found else 0.0

    before = read_there((await client.get("/metrics")).text)
    for path in ("/v1/directory", "/v1/catalog/activities"):
        assert (await client.get(path)).status_code == 200
    assert read_there((await client.get("/metrics")).text) == before + 2


async def test_a_replica_that_is_too_far_behind_is_passed_over_until_it_has_caught_up(
    database_url: str, replica: Replica, provider: ReportingProvider, moment: Moment
) -> None:
    async with replicated(database_url, replica.url) as database:
        await keep_up(database, moment)
        assert await database.read_recent(None, is_replica) is True
        await replica.hold_back()
        try:
            await provider.client.post(provider.activities, json=draft_activity())
            await database.look_at_replica()
            moment.passes(MOST_SECONDS_BEHIND + 1)
            await database.look_at_replica()
            assert await database.read_recent(None, is_replica) is False
        finally:
            await replica.catch_up()
        await keep_up(database, moment)
        assert await database.read_recent(None, is_replica) is True


async def test_a_replica_is_not_behind_because_nothing_is_written(
    database_url: str, replica: Replica, moment: Moment
) -> None:
    async with replicated(database_url, replica.url) as database:
        await keep_up(database, moment)
        moment.passes(MOST_SECONDS_BEHIND + 1)
        await keep_up(database, moment)
        assert await database.read_recent(None, is_replica) is True


@pytest.mark.parametrize("where", ["on a replica", "on the database itself"])
async def test_what_reads_a_list_can_write_nothing(
    database_url: str, replica: Replica, moment: Moment, where: str
) -> None:
    async def write(transaction: Transaction) -> None:
        await transaction.driver.execute("DELETE FROM idempotency_keys")

    url = replica.url if where == "on a replica" else database_url
    async with replicated(database_url, url) as database:
        await keep_up(database, moment)
        with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
            await database.read_recent("0000001", write)


async def test_what_a_list_refuses_is_refused_and_not_asked_again(
    database_url: str, replica: Replica, moment: Moment
) -> None:
    asked = 0

    async def refuse(_: Transaction) -> None:
        nonlocal asked
        asked += 1
        raise not_found()

    async with replicated(database_url, replica.url) as database:
        await keep_up(database, moment)
        with pytest.raises(ProblemError):
            await database.read_recent(None, refuse)
    assert asked == 1


async def test_the_doctor_sees_whether_the_replica_keeps_up(
    database_url: str, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.cli.doctor_database.MOST_SECONDS_BEHIND", PATIENCE)
    found = await look_at_replica(database_url, replica.url)
    assert (found.ok, found.found[:9]) == (True, "caught up")
    monkeypatch.setattr("app.cli.doctor_database.MOST_SECONDS_BEHIND", 0.2)
    gone = await look_at_replica(database_url, NOWHERE)
    assert (gone.ok, gone.wrong) == (False, False)


async def test_when_the_replica_goes_lists_come_from_the_database(
    database_url: str, replica: Replica, moment: Moment
) -> None:
    async with replicated(database_url, replica.url) as database:
        await keep_up(database, moment)
        assert await database.read_recent(None, is_replica) is True
        await asyncio.to_thread(replica.postmaster.stop)
        try:
            # At once, when it is still believed to be there; and when it is known to be gone.
            assert await database.read_recent(None, is_replica) is False
            await database.look_at_replica()
            assert not database.replica_keeps_up()
            assert await database.read_recent(None, is_replica) is False
        finally:
            # Not in a thread: PostgreSQL ends with the one that has started it.
            replica.postmaster.start()


async def test_a_replica_that_was_never_there_is_no_reason_not_to_answer(
    database_url: str,
) -> None:
    async with replicated(database_url, NOWHERE) as database:
        assert await database.read_recent(None, is_replica) is False
        await database.look_at_replica()
        assert not database.replica_keeps_up()
