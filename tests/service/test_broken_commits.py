"""A database that goes away while it saves: nobody is told what nobody knows."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import httpx
import pytest

from app.core import database as core_database
from app.core.admission import outcome_unknown
from app.core.connections import Connection
from app.core.database import Database, Transaction
from app.core.errors import ProblemError
from app.imports import accepting
from app.imports.chunk_commit import GivenBackError
from app.imports.queueing import Ticket, enqueue
from app.imports.runner import CHUNK
from app.imports.working import work_off
from tests.builders import draft_activity
from tests.databases import Superuser, superuser_of
from tests.harness import FixedClock, ReportingProvider
from tests.imports_support import Desk, counted, imports_of, ndjson, send

FATAL = "Its connection ends with the commit"

DEADLY_COMMIT = f"""
CREATE FUNCTION end_own_connection() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    PERFORM pg_terminate_backend(pg_backend_pid());
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER deadly AFTER INSERT OR UPDATE ON activities
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.title = '{FATAL}')
    EXECUTE FUNCTION end_own_connection()
"""


@pytest.fixture
async def deadly(database_url: str) -> AsyncIterator[Superuser]:
    """While this is there, saving an activity of the fatal title ends the connection."""
    async with superuser_of(database_url) as superuser:
        await superuser.execute(DEADLY_COMMIT)
        yield superuser
        await superuser.execute("DROP FUNCTION IF EXISTS end_own_connection CASCADE")


async def test_a_commit_that_broke_off_is_answered_as_unknown_and_not_as_unsaved(
    provider: ReportingProvider, deadly: Superuser
) -> None:
    reply = await provider.client.post(provider.activities, json=draft_activity(title=FATAL))
    assert (reply.status_code, reply.json()["code"]) == (503, "server.outcome_unknown")
    assert (reply.json()["saved"], reply.json()["retryable"]) == (None, True)
    assert reply.headers["retry-after"] == "1"
    await deadly.execute("DROP FUNCTION end_own_connection CASCADE")
    again = await provider.client.post(provider.activities, json=draft_activity(title=FATAL))
    assert again.status_code == 201


async def test_what_broke_off_before_the_commit_was_not_saved_and_is_said_so(
    provider: ReportingProvider, database: Database, deadly: Superuser
) -> None:
    async def break_off(transaction: Transaction) -> None:
        mine = await transaction.driver.fetchval("SELECT pg_backend_pid()")
        await deadly.execute("SELECT pg_terminate_backend($1, 5000)", mine)
        await transaction.driver.execute("SELECT 1")

    with pytest.raises(ProblemError) as refused:
        await database.run(provider.provider_id, break_off)
    assert refused.value.kind.code == "server.busy"


@pytest.mark.parametrize(
    "said",
    [
        asyncpg.InternalClientError("cannot switch to state 11"),
        asyncpg.InterfaceError("connection is closed"),
        asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation"),
        asyncpg.AdminShutdownError("terminating connection due to administrator command"),
        ConnectionResetError(),
    ],
    ids=lambda said: type(said).__name__,
)
async def test_whatever_a_connection_says_on_its_end_is_no_fault_of_ours(
    provider: ReportingProvider, database: Database, said: Exception
) -> None:
    async def meet_the_end(_transaction: Transaction) -> None:
        raise said

    with pytest.raises(ProblemError) as refused:
        await database.run(provider.provider_id, meet_the_end)
    assert refused.value.kind.code == "server.busy"


async def test_an_import_whose_commit_broke_off_is_given_back_and_goes_on_where_it_stood(
    provider: ReportingProvider, database: Database, clock: FixedClock, deadly: Superuser
) -> None:
    records = [draft_activity(internal_id=f"D-{number}") for number in range(30)]
    records[20]["title"] = FATAL
    job = (await send(provider, ndjson(records))).json()
    ticket = Ticket(provider.provider_id, job["import_id"])
    with pytest.raises(GivenBackError):
        await work_off(database, clock, ticket)
    await deadly.execute("DROP FUNCTION end_own_connection CASCADE")
    done = await Desk(provider, database, clock).work_off(job["import_id"])
    assert (done["state"], counted(done)) == ("succeeded", {"total": 30, "created": 30})


async def test_a_row_that_was_refused_before_takes_no_key_from_a_later_one(
    provider: ReportingProvider, database: Database, clock: FixedClock, deadly: Superuser
) -> None:
    records = [draft_activity(internal_id=f"K-{number}") for number in range(CHUNK["activities"])]
    records[0] |= {"internal_id": "AGAIN", "credits": "as many as you like"}
    records += [draft_activity(internal_id="AGAIN", title=FATAL)]
    job = (await send(provider, ndjson(records))).json()
    with pytest.raises(GivenBackError):
        await work_off(database, clock, Ticket(provider.provider_id, job["import_id"]))
    await deadly.execute("DROP FUNCTION end_own_connection CASCADE")
    done = await Desk(provider, database, clock).work_off(job["import_id"])
    created = CHUNK["activities"]
    assert counted(done) == {"total": created + 1, "created": created, "rejected": 1}


async def test_a_worker_that_is_told_to_stop_gives_its_import_back(
    provider: ReportingProvider, database: Database, clock: FixedClock
) -> None:
    desk, told = Desk(provider, database, clock), asyncio.Event()
    records = [draft_activity(internal_id=f"S-{number}") for number in range(30)]
    job = (await send(provider, ndjson(records))).json()
    told.set()
    ticket = Ticket(provider.provider_id, job["import_id"])
    with pytest.raises(GivenBackError):
        await work_off(database, clock, ticket, told)
    assert (await desk.get(job["import_id"]))["state"] == "running"
    done = await desk.work_off(job["import_id"])
    assert (done["state"], counted(done)) == ("succeeded", {"total": 30, "created": 30})


async def test_a_file_whose_acceptance_may_have_been_saved_is_not_taken_away_again(
    provider: ReportingProvider,
    database: Database,
    clock: FixedClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    commit, queued = core_database._commit, asyncio.Event()  # noqa: SLF001 - what comes after it

    async def note(transaction: Transaction, ticket: Ticket) -> None:
        await enqueue(transaction, ticket)
        queued.set()

    async def lose_the_answer(connection: Connection) -> None:
        await commit(connection)
        if queued.is_set():
            queued.clear()
            raise outcome_unknown()

    monkeypatch.setattr(accepting, "enqueue", note)
    monkeypatch.setattr(core_database, "_commit", lose_the_answer)
    content, key = ndjson([draft_activity()]), {"Idempotency-Key": "one-file"}
    lost = await post(provider, content, key)
    assert (lost.status_code, lost.json()["code"]) == (503, "server.outcome_unknown")
    again = await post(provider, content, key)
    assert again.status_code == 202
    done = await Desk(provider, database, clock).work_off(again.json()["import_id"])
    assert (done["state"], counted(done)) == ("succeeded", {"total": 1, "created": 1})


async def post(
    provider: ReportingProvider, content: bytes, headers: dict[str, str]
) -> httpx.Response:
    params = {"kind": "activities", "format": "ndjson"}
    return await provider.client.post(
        imports_of(provider), params=params, content=content, headers=headers
    )
