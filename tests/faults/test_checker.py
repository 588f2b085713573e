"""Every promise is broken once, in the real application or a real database: the checker sees it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from pydantic import SecretStr

from app.activities import service
from app.core.database import CONNECTION_ERRORS
from app.core.etag import Precondition
from app.embedded.cluster import Cluster
from app.embedded.postmaster import running_process
from app.main import create_app
from app.settings import Settings
from tests.clients import client_of
from tests.databases import Superuser, superuser_of
from tests.faults import checker
from tests.faults.checker import breaches, stored
from tests.faults.ledger import Ledger, read_ledger
from tests.faults.processes import kill
from tests.faults.reporters import Desk, Reporter
from tests.faults.sending import Answer, NoAnswerError, Request
from tests.faults.stages import database, desk
from tests.faults.timeline import Timeline
from tests.harness import FixedClock, ReportingProvider
from tests.patience import eventually


class InProcess:
    """Sends to the application of the tests."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self.loses_answers = False

    async def send(self, request: Request) -> Answer:
        """Send, and lose the answer if that is wanted."""
        content = None if request.body is None else orjson.dumps(request.body)
        headers = {"Content-Type": "application/json", **request.headers}
        reply = await self._client.request(
            request.method, request.path, headers=headers, content=content
        )
        if self.loses_answers:
            self.loses_answers = False
            raise NoAnswerError
        return Answer(reply.status_code, reply.headers, reply.json())


@dataclass
class Books:
    """A reporter, its ledger, and the database past the application."""

    desk: Desk
    sender: InProcess
    reporter: Reporter
    superuser: Superuser

    async def broken(self) -> list[str]:
        """Return the promises that the checker finds broken."""
        found = await stored(self.superuser, self.desk.provider_id)
        return sorted({one.promise for one in breaches(read_ledger(self.desk.ledger.path), found)})

    async def created(self, name: str) -> dict[str, Any]:
        """Enter a record."""
        answer = await self.reporter.create(name)
        assert answer is not None
        assert answer.status == 201, answer.document
        document: dict[str, Any] = answer.document
        return document


@pytest.fixture
async def books(
    provider: ReportingProvider, database_url: str, tmp_path: Path, clock: FixedClock
) -> AsyncIterator[Books]:
    # What is reported has ended two days ago, whichever day it is here.
    clock.set(date.today().isoformat())  # noqa: DTZ011 - the day that the reporters go by
    desk = Desk(provider.provider_id, provider.key, Ledger(tmp_path / "ledger"), Timeline())
    sender = InProcess(provider.client)
    async with superuser_of(database_url) as superuser:
        yield Books(desk, sender, Reporter(desk, sender), superuser)
    desk.ledger.close()


async def test_honest_books_break_no_promise(books: Books) -> None:
    made = await books.created("A")
    await books.reporter.push("B")
    await books.reporter.push("B")
    await books.reporter.batch(["C", "D"])
    await books.reporter.edit(made)
    stale = await books.reporter.edit(made)
    assert stale is not None
    assert stale.status == 412
    await books.reporter.close(made)
    await books.reporter.edit({**made, "version": 3})
    await books.reporter.reopen(made)
    books.sender.loses_answers = True
    await books.created("E")
    writes = read_ledger(books.desk.ledger.path)
    assert [(write.kind, write.answer) for write in writes] == [
        *(("create", 201), ("push", 201), ("push", 200), ("batch", 200)),
        *(("edit", 200), ("edit", 412), ("close", 200), ("edit", 409), ("reopen", 200)),
        ("create", 201),
    ]
    assert await books.broken() == []


async def test_a_dropped_if_match_is_seen(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    made = await books.created("A")
    monkeypatch.setattr(Precondition, "check", lambda _self, _version: None)
    for _ in range(2):
        answer = await books.reporter.edit(made)
        assert answer is not None
        assert answer.status == 200
    assert await books.broken() == [checker.OVERWRITTEN]


async def test_two_effects_of_one_key_are_seen(books: Books) -> None:
    made = await books.created("A")
    await books.reporter.edit(made)
    # As if the edit had been made anew for the second of two calls under one key.
    await books.superuser.execute(
        "INSERT INTO activity_history (provider_id, activity_id, version, action, actor_kind,"
        " credential_id, request_id, changes) SELECT provider_id, activity_id, 3, action,"
        " actor_kind, credential_id, request_id, changes FROM activity_history"
        " WHERE activity_id = $1 AND version = 2",
        made["activity_id"],
    )
    await books.superuser.execute(
        "UPDATE activities SET version = 3 WHERE activity_id = $1", made["activity_id"]
    )
    assert await books.broken() == [checker.OVERWRITTEN, checker.TWICE]


async def test_a_check_before_an_insert_without_a_unique_index_is_seen(books: Books) -> None:
    made = await books.created("A")
    async with in_vain(books.superuser):
        await books.superuser.execute("DROP INDEX activities_identity")
        # Two that looked and found nothing both insert.
        await books.superuser.execute(
            "INSERT INTO activities (provider_id, activity_id, internal_id, title, format,"
            " start_date, end_date, description) SELECT provider_id, '999999999', internal_id,"
            " title, format, start_date, end_date, 'other' FROM activities WHERE activity_id = $1",
            made["activity_id"],
        )
        await books.superuser.execute(
            "INSERT INTO activity_history (provider_id, activity_id, version, action, actor_kind,"
            " credential_id, request_id, changes) SELECT provider_id, '999999999', version,"
            " action, actor_kind, credential_id, 'other', changes FROM activity_history"
            " WHERE activity_id = $1",
            made["activity_id"],
        )
        assert await books.broken() == [checker.TWICE]


async def test_a_close_that_is_accepted_twice_is_seen(books: Books) -> None:
    made = await books.created("A")
    await books.reporter.close(made)
    await books.superuser.execute(
        "UPDATE activities SET closed_at = NULL WHERE activity_id = $1", made["activity_id"]
    )
    answer = await books.reporter.close(made)
    assert answer is not None
    assert (answer.status, answer.document["version"]) == (200, 3)
    assert await books.broken() == [checker.CLOSED_TWICE]


async def test_an_edit_that_is_accepted_after_the_close_is_seen(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await books.created("A")
    await books.reporter.close(made)
    monkeypatch.setattr(service, "_refuse_closed", lambda _current: None)
    answer = await books.reporter.edit({**made, "version": 2})
    assert answer is not None
    assert answer.status == 200
    assert await books.broken() == [checker.AFTER_CLOSE]


async def test_an_effect_after_a_refusal_is_seen(books: Books) -> None:
    made = await books.created("A")
    stale = await books.reporter.edit({**made, "version": 7})
    assert stale is not None
    mark = read_ledger(books.desk.ledger.path)[-1].mark
    await books.superuser.execute(
        "UPDATE activity_history SET request_id = $2 WHERE activity_id = $1",
        made["activity_id"],
        mark,
    )
    assert checker.REFUSED in await books.broken()


@pytest.mark.parametrize("sabotage", ["version = 5", "description = 'not by this client'"])
async def test_a_change_past_the_history_is_seen(books: Books, sabotage: str) -> None:
    made = await books.created("A")
    statement = f"UPDATE activities SET {sabotage} WHERE activity_id = $1"  # noqa: S608
    await books.superuser.execute(statement, made["activity_id"])
    assert await books.broken() == [checker.VERSIONS]


async def test_what_asynchronous_commits_lose_is_seen(tmp_path: Path) -> None:
    async with database(tmp_path) as url:
        async with superuser_of(url) as superuser:
            await superuser.execute("ALTER DATABASE pars SET synchronous_commit = off")
            # Nothing may write the log out on its own before the kill.
            await superuser.execute("ALTER SYSTEM SET wal_writer_delay = '10s'")
            await superuser.execute("SELECT pg_reload_conf()")
        async with application_on(url, tmp_path) as client, desk(url, tmp_path) as opened:
            reporter = Reporter(opened, InProcess(client))
            for number in range(3):
                answer = await reporter.create(f"A{number}")
                assert answer is not None
                assert answer.status == 201
            killed = running_process(Cluster(tmp_path / "postgresql"))
            assert killed is not None
            kill(killed)
        await answers_again(url)
        async with superuser_of(url) as superuser:
            found = await stored(superuser, opened.provider_id)
        writes = read_ledger(opened.ledger.path)
        lost = [one for one in breaches(writes, found) if one.promise == checker.LOST]
        assert len(lost) == 3


@asynccontextmanager
async def in_vain(superuser: Superuser) -> AsyncIterator[None]:
    """Undo whatever the block does to the database."""
    transaction = superuser.transaction()
    await transaction.start()
    try:
        yield
    finally:
        await transaction.rollback()


@asynccontextmanager
async def application_on(url: str, folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    """The application, started on this database."""
    secret = SecretStr("a secret that only this test knows, long enough")
    application = create_app(Settings(database_url=url, data_dir=folder, secret_key=secret))
    async with application.router.lifespan_context(application), client_of(application) as client:
        yield client


async def answers_again(url: str) -> None:
    """Return when the database is back."""

    async def answers() -> bool:
        with suppress(*CONNECTION_ERRORS):
            async with superuser_of(url):
                return True
        return False

    await eventually(answers)
