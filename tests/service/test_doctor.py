"""`pars doctor`: what is wrong is found, said with what to do, and ends with 1."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from app.cli.doctor_machine import space
from app.imports.queueing import WORKER_NAME
from app.imports.worker import queue_connection
from tests.databases import superuser_of
from tests.service.test_commands import Pars, pars

__all__ = ["pars"]

SECRET = "5f0ca9b17d3e2846" * 3


@pytest.fixture(autouse=True)
def settings_of_an_operator(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PARS_SECRET_KEY", SECRET)
    monkeypatch.setenv("PARS_DATA_DIR", str(tmp_path))


@pytest.fixture(autouse=True)
def machine_of_an_operator(monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk with room and time zones of this year, whatever machine and year this is."""
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=2**40))
    monkeypatch.setattr("app.cli.doctor_machine.version", lambda _: f"{datetime.now(UTC).year}.1")


@pytest.fixture(autouse=True)
async def nothing_to_do(database_url: str) -> None:
    """Other tests of this worker have sent files, and carried them out without the queue.

    What they left at the queue may be a moment in ending.
    """
    async with superuser_of(database_url) as superuser:
        await superuser.execute("DELETE FROM pgqueuer")
        await superuser.execute(
            "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = $1",
            WORKER_NAME,
        )


def found(pars: Pars) -> dict[str, Any]:
    """Return what the doctor says, by the name of what it is about."""
    ended = pars("doctor", "--json")
    checks = {check["name"]: check for check in ended.document["checks"]}
    wrong = [name for name, check in checks.items() if check["level"] == "wrong"]
    assert ended.document["ok"] is (not wrong)
    assert ended.code == (1 if wrong else 0)
    for check in checks.values():
        assert (check["remedy"] is None) or check["level"] != "ok"
    return checks


@contextmanager
def superuser_at_work(url: str, *statements: str) -> Iterator[None]:
    """Do something to the database as its superuser while the block runs, and undo it."""

    async def execute(script: tuple[str, ...]) -> None:
        async with superuser_of(url) as superuser:
            for statement in script:
                await superuser.execute(statement)

    done, undone = statements[::2], statements[1::2]
    asyncio.run(execute(done))
    try:
        yield
    finally:
        asyncio.run(execute(undone))


def test_every_finding_has_its_line_and_a_remedy_when_it_is_none(pars: Pars) -> None:
    ended = pars("doctor")
    lines = ended.out.splitlines()
    # The database of the tests does not wait for the disk, and has no worker.
    assert ended.code == 1
    assert "WRONG database: fsync: off; right is: on" in lines
    after = lines[lines.index("WRONG database: fsync: off; right is: on") + 1]
    assert after.strip() == "As a superuser: ALTER SYSTEM SET fsync = on; SELECT pg_reload_conf();"
    assert lines[-1].startswith("Wrong: 2. Warnings: ")


def test_what_is_as_it_should_be_is_said_too(pars: Pars) -> None:
    checks = found(pars)
    assert {name for name, check in checks.items() if check["level"] == "wrong"} == {
        "database: fsync",
        "database: full_page_writes",
    }
    for name in (
        *("settings", "secret key", "quotas", "time zones", "database: schema"),
        *("database: connections", "database: clock", "database: jobs", "database: grants"),
    ):
        assert checks[name]["level"] == "ok", checks[name]


@pytest.mark.parametrize(
    ("name", "value", "finding"),
    [
        ("PARS_SECRET_KEY", "ab" * 20, "secret key"),
        ("PARS_POOL_SIZE", "200", "database: connections"),
        ("PARS_PORT", "many", "settings"),
        ("PARS_DATABASE_URL", "postgresql://pars@127.0.0.1:1/pars", "database: answer"),
    ],
)
def test_a_setting_that_cannot_serve_is_wrong(
    pars: Pars, monkeypatch: pytest.MonkeyPatch, name: str, value: str, finding: str
) -> None:
    monkeypatch.setenv(name, value)
    assert found(pars)[finding]["level"] == "wrong"


@pytest.mark.parametrize(
    ("name", "value", "finding"),
    [("PARS_SECRET_KEY", "", "secret key"), ("PARS_WORKERS", "2", "quotas")],
)
def test_what_only_serves_one_process_is_a_warning(
    pars: Pars, monkeypatch: pytest.MonkeyPatch, name: str, value: str, finding: str
) -> None:
    monkeypatch.setenv(name, value)
    check = found(pars)[finding]
    assert check["level"] == "warning"
    assert check["remedy"]


def test_a_worker_is_missed_only_when_there_is_work(pars: Pars, database_url: str) -> None:
    assert found(pars)["database: worker"]["level"] == "warning"
    enter = "INSERT INTO pgqueuer (priority, status, entrypoint, created) VALUES "
    waiting = "(0, 'queued', 'nobody takes this', now() - interval '1 hour')"
    gone = "DELETE FROM pgqueuer WHERE entrypoint = 'nobody takes this'"
    with superuser_at_work(database_url, enter + waiting, gone):
        checks = found(pars)
    assert checks["database: worker"]["level"] == "wrong"
    assert checks["database: jobs"]["level"] == "warning"
    assert "1 waiting, 0 running, the oldest for 36" in checks["database: jobs"]["found"]


def test_row_level_security_that_is_not_forced_is_wrong(pars: Pars, database_url: str) -> None:
    with superuser_at_work(
        database_url,
        "ALTER TABLE contacts NO FORCE ROW LEVEL SECURITY",
        "ALTER TABLE contacts FORCE ROW LEVEL SECURITY",
    ):
        check = found(pars)["database: row-level security"]
    assert (check["level"], check["found"]) == ("wrong", "not forced on contacts")


def test_a_worker_that_lives_is_seen(pars: Pars, database_url: str) -> None:
    with asyncio.Runner() as runner:
        connection = runner.run(queue_connection(database_url))
        try:
            assert found(pars)["database: worker"]["found"] == "1 alive"
        finally:
            runner.run(connection.close())


def test_a_disk_is_full_long_before_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def free(gibibytes: float) -> tuple[bool, bool]:
        usage = (0, 0, int(gibibytes * 2**30))
        monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": usage[2]}))
        finding = space(tmp_path / "not" / "there", "Make room.")
        return finding.ok, finding.wrong

    assert free(20) == (True, False)
    assert free(5) == (False, False)
    assert free(0.5) == (False, True)
