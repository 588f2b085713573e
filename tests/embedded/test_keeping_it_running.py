"""The embedded PostgreSQL: one per data folder, kept running, nothing lost, nothing left."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest

from app.core.database import CONNECTION_ERRORS
from app.embedded import EmbeddedPostgresError, running
from app.embedded.cluster import Cluster
from app.embedded.postmaster import last_words, running_process
from app.settings import Settings
from tests.patience import until

KEEP_IT_RUNNING = """
import sys, time
from pathlib import Path
from app.embedded import running
from app.settings import Settings
with running(Settings(data_dir=Path(sys.argv[1]))):
    print("ready", flush=True)
    time.sleep(600)
"""


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose cluster is there already, as on every start but the first."""
    folder = tmp_path_factory.mktemp("embedded")
    with running(Settings(data_dir=folder)) as url:
        ask(url, "CREATE TABLE entries (words text)")
    return folder


def ask(url: str, statement: str) -> object:
    """Run one statement on a connection of its own."""

    async def go() -> object:
        connection = await asyncpg.connect(url.replace("+asyncpg", ""))
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    return asyncio.run(go())


def answers(url: str) -> bool:
    try:
        return ask(url, "SELECT 1") == 1
    except CONNECTION_ERRORS:
        return False


@contextmanager
def another_process(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that keeps the same database running."""
    with subprocess.Popen(
        [sys.executable, "-c", KEEP_IT_RUNNING, str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
        process.kill()


def test_a_first_start_makes_a_durable_database_for_an_owner_without_power(
    tmp_path: Path,
) -> None:
    with running(Settings(data_dir=tmp_path)) as url:
        assert ask(url, "SHOW fsync") == "on"
        assert ask(url, "SHOW synchronous_commit") == "on"
        assert ask(url, "SHOW full_page_writes") == "on"
        assert ask(url, "SHOW data_checksums") == "on"
        assert ask(url, "SHOW server_encoding") == "UTF8"
        assert ask(url, "SHOW listen_addresses") == ""
        assert ask(url, "SELECT current_user::text") == "pars_owner"
        assert ask(url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
        ask(url, "CREATE EXTENSION pg_trgm")
        assert ask(url, "SELECT similarity('grand rounds', 'grand round') > 0.5") is True
    assert (Cluster(tmp_path).data.stat().st_mode & 0o777) == 0o700
    assert (Cluster(tmp_path).sockets.stat().st_mode & 0o777) == 0o700


@pytest.mark.parametrize(
    ("gigabytes", "kept"), [(0.25, "128MB"), (2, "512MB"), (64, "1GB")], ids=str
)
def test_it_keeps_pages_in_a_quarter_of_the_memory_within_bounds(
    made_once: Path, monkeypatch: pytest.MonkeyPatch, gigabytes: float, kept: str
) -> None:
    known = {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": int(gigabytes * 2**30) // 4096}
    monkeypatch.setattr(os, "sysconf", known.__getitem__)
    with running(Settings(data_dir=made_once)) as url:
        assert ask(url, "SHOW shared_buffers") == kept


def test_it_leaves_no_process_behind(made_once: Path) -> None:
    with running(Settings(data_dir=made_once)):
        assert running_process(Cluster(made_once)) is not None
    assert running_process(Cluster(made_once)) is None


def test_what_was_committed_is_there_after_postgres_was_killed(made_once: Path) -> None:
    with running(Settings(data_dir=made_once)) as url:
        ask(url, "INSERT INTO entries VALUES ('before the kill')")
        killed = running_process(Cluster(made_once))
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        until(lambda: answers(url))
        assert ask(url, "SELECT count(*) FROM entries WHERE words = 'before the kill'") == 1
        assert running_process(Cluster(made_once)) != killed


def test_it_starts_again_after_the_process_that_ran_it_was_killed(made_once: Path) -> None:
    with another_process(made_once) as owner:
        url = Cluster(made_once).url()
        ask(url, "INSERT INTO entries VALUES ('before the owner died')")
        owner.kill()
        owner.wait()
        with running(Settings(data_dir=made_once)) as again:
            count = "SELECT count(*) FROM entries WHERE words = 'before the owner died'"
            assert ask(again, count) == 1
    assert running_process(Cluster(made_once)) is None


def test_a_second_process_uses_the_running_one_and_takes_over_when_it_goes(
    made_once: Path,
) -> None:
    with another_process(made_once) as owner:
        first = running_process(Cluster(made_once))
        with running(Settings(data_dir=made_once)) as url:
            assert running_process(Cluster(made_once)) == first
            owner.kill()
            owner.wait()
            until(lambda: running_process(Cluster(made_once), ready=True) not in {first, None})
            assert answers(url)


def test_a_start_is_judged_by_its_own_words_and_not_by_those_of_dying_backends(
    tmp_path: Path,
) -> None:
    log = tmp_path / "log"
    log.write_text(
        "10:48:29 UTC [28893] FATAL:  terminating connection due to unexpected postmaster exit\n"
        "10:48:29 UTC [28907] FATAL:  pre-existing shared memory block (key 1) is still in use\n"
        "10:48:29 UTC [28901] FATAL:  terminating connection due to unexpected postmaster exit\n"
    )
    assert last_words(log, 0, 28907).startswith("pre-existing shared memory block")


def test_an_old_process_id_that_another_program_has_now_does_not_matter(
    made_once: Path,
) -> None:
    cluster = Cluster(made_once)
    stale = f"{os.getpid()}\n{cluster.data}\n1\n5432\n{cluster.sockets}\n\n1 1\nready   \n"
    (cluster.data / "postmaster.pid").write_text(stale)
    (cluster.sockets / ".s.PGSQL.5432.lock").write_text(stale)
    with running(Settings(data_dir=made_once)) as url:
        assert answers(url)


def test_a_first_start_that_was_cut_off_is_begun_again(tmp_path: Path) -> None:
    unfinished = Cluster(tmp_path).root / "postgresql.new"
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18\n")
    with running(Settings(data_dir=tmp_path), durable=False) as url:
        assert answers(url)


def test_a_long_path_gets_a_short_socket(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path / ("long" * 30))
    assert len(str(cluster.sockets / ".s.PGSQL.5432")) <= 103
    with running(Settings(data_dir=cluster.root), durable=False) as url:
        assert answers(url)
    cluster.sockets.rmdir()


def test_data_of_another_version_is_left_alone(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path)
    cluster.data.mkdir(mode=0o700)
    (cluster.data / "PG_VERSION").write_text("9\n")
    with (
        pytest.raises(EmbeddedPostgresError, match="was made by PostgreSQL 9, and this is 1"),
        running(Settings(data_dir=tmp_path)),
    ):
        pass
    assert [path.name for path in cluster.data.iterdir()] == ["PG_VERSION"]


def test_a_folder_that_cannot_be_written_is_said_by_name(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(EmbeddedPostgresError, match=r"PARS_DATA_DIR=.*cannot be written"),
        running(Settings(data_dir=tmp_path / "file")),
    ):
        pass
