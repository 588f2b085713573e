"""One real PostgreSQL for the whole run, one database for each worker.

Tests commit for real. They do not see each other because each one makes a provider
of its own, and a provider sees nothing of another's.
"""

import fcntl
import itertools
import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from xdist.remote import Producer

from app.auth.operating import issue_key
from app.cli.schema import upgrade_schema
from app.core import database as core_database
from app.core.database import Database
from app.embedded import running
from app.main import create_app
from app.settings import Settings
from tests.clients import client_of
from tests.databases import sandbox_from, superuser_of
from tests.harness import FixedClock, ReportingProvider
from tests.patience import PATIENCE
from tests.registering import add_provider
from tests.scheduling import InLots, put_longest_first

# httpx asks for it with every call, to know whether trio runs, and it is not installed: what is
# known to be absent is not looked for again.
sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]

TODAY = "2026-11-22"
TEMPLATE = "pars"

_numbers = itertools.count(2_000_001)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> InLots:
    config.option.loadscopereorder = False
    return InLots(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        put_longest_first(items)


@pytest.fixture(scope="session", autouse=True)
def environment() -> None:
    """Forget the settings of whoever runs the tests."""
    for name in [name for name in os.environ if name.startswith("PARS_")]:
        del os.environ[name]


@pytest.fixture(scope="session", autouse=True)
def patient_database(environment: None) -> Iterator[None]:
    """Let the application wait for its database through whatever else the machine does.

    That a database which takes too long is 503 has tests of its own.
    """
    del environment
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(core_database, "SECONDS_TO_ANSWER", PATIENCE)
        for limit in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
            patch.setitem(core_database.SESSION_SETTINGS, limit, f"{PATIENCE:.0f}s")
        yield


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The folder that all workers of this run have in common."""
    base = tmp_path_factory.getbasetemp()
    return base if worker_id == "master" else base.parent


@pytest.fixture(scope="session")
def server_url(shared_folder: Path, environment: None) -> Iterator[str]:
    """The address of a migrated database that serves as the template of others."""
    del environment
    # A test run is lost with its machine anyway, so it need not wait for the disk.
    settings = Settings(data_dir=shared_folder / "postgresql")
    migrated = shared_folder / "migrated"
    with running(settings, durable=False) as url, _used_together(shared_folder / "users"):
        # Nobody can copy the template while somebody is connected to it: only one worker is.
        with _one_at_a_time(shared_folder / "migrating"):
            if not migrated.exists():
                upgrade_schema(url)
                migrated.touch()
        yield url


@pytest.fixture(scope="session")
async def database_url(server_url: str, worker_id: str, shared_folder: Path) -> str:
    """The address of this worker's own database, a copy of the template."""
    name = f"tests_{worker_id}"
    # The owner of the database may not make databases; PostgreSQL's own superuser may.
    with _one_at_a_time(shared_folder / "copying"):
        async with superuser_of(server_url.replace(f"/{TEMPLATE}?", "/postgres?")) as superuser:
            await superuser.execute(f"DROP DATABASE IF EXISTS {name}")
            await superuser.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} OWNER pars_owner")
    return server_url.replace(f"/{TEMPLATE}?", f"/{name}?")


@pytest.fixture(scope="session")
async def sandbox_url(server_url: str, worker_id: str) -> AsyncIterator[str]:
    """The address of this worker's sandbox: a copy of the template that bears the mark."""
    async with sandbox_from(server_url, TEMPLATE, f"sandbox_{worker_id}") as url:
        yield url


@pytest.fixture(scope="session")
def settings(database_url: str, shared_folder: Path) -> Settings:
    return Settings(
        database_url=database_url,
        data_dir=shared_folder / "data",
        secret_key=SecretStr("a secret that only the tests know, long enough"),
    )


@pytest.fixture(scope="session")
async def app(settings: Settings, session_clock: FixedClock) -> AsyncIterator[FastAPI]:
    """The application, started, on a clock that stands still."""
    application = create_app(settings)
    async with application.router.lifespan_context(application):
        application.state.clock = session_clock
        yield application


@pytest.fixture(scope="session")
def session_clock() -> FixedClock:
    return FixedClock(ZoneInfo("America/Chicago"), TODAY)


@pytest.fixture
def clock(session_clock: FixedClock) -> Iterator[FixedClock]:
    """The clock of the application; each test finds it at TODAY."""
    session_clock.set(TODAY)
    yield session_clock
    session_clock.set(TODAY)


@pytest.fixture
def database(app: FastAPI) -> Database:
    found = app.state.worlds.live.database
    assert isinstance(found, Database)
    return found


@pytest.fixture
async def anonymous(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client without any credential."""
    async with client_of(app) as client:
        yield client


@pytest.fixture
async def provider(app: FastAPI, database: Database) -> AsyncIterator[ReportingProvider]:
    """A provider with nothing entered yet."""
    async with _reporting_provider(app, database) as made:
        yield made


@pytest.fixture
async def other_provider(app: FastAPI, database: Database) -> AsyncIterator[ReportingProvider]:
    """Another provider, of the same accreditor."""
    async with _reporting_provider(app, database) as made:
        yield made


@asynccontextmanager
async def _reporting_provider(app: FastAPI, database: Database) -> AsyncIterator[ReportingProvider]:
    provider_id = str(next(_numbers))
    await add_provider(database, provider_id, f"Provider {provider_id}", "ACCME")
    issued = await issue_key(database, providers=[provider_id], scopes=None, name="tests")
    async with client_of(app, issued.key) as client:
        yield ReportingProvider(provider_id, issued.key, client)


@contextmanager
def _one_at_a_time(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def _used_together(path: Path) -> Iterator[None]:
    """Leave only when every other worker is about to leave too.

    One of them runs the server, and nobody knows which one finishes last.
    """
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield
        fcntl.flock(file, fcntl.LOCK_UN)
        fcntl.flock(file, fcntl.LOCK_EX)
