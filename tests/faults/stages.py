"""Where faults happen: servers as users run them, and books that are opened for a run."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Final

from app.auth.operating import issue_key
from app.cli.schema import upgrade_schema
from app.core.database import Database
from app.embedded import running
from app.settings import Settings
from tests.faults.faults import told_to_stop
from tests.faults.ledger import Ledger
from tests.faults.proxy import is_ready
from tests.faults.reporters import Desk
from tests.faults.timeline import Timeline
from tests.registering import add_provider
from tests.serving import Server, serving

# Quotas are not what is tried here, and would end it.
WITHOUT_QUOTAS: Final = {
    "PARS_RATE_LIMIT_PER_CREDENTIAL": "0",
    "PARS_RATE_LIMIT_PER_PROVIDER": "0",
    "PARS_LOG_LEVEL": "warning",
}
SECONDS_TO_STOP: Final = 20
_LOOKS_UNTIL_READY: Final = 300
_providers = iter(range(7_000_001, 8_000_000))


@asynccontextmanager
async def database(folder: Path) -> AsyncIterator[str]:
    """A PostgreSQL of its own, migrated, that no server runs."""
    with running(Settings(data_dir=folder / "postgresql")) as url:
        await asyncio.to_thread(upgrade_schema, url)
        yield url


@asynccontextmanager
async def desk(database_url: str, folder: Path) -> AsyncIterator[Desk]:
    """A new provider, a key for it, and an empty ledger."""
    application = Database(database_url, 1)
    provider_id = str(next(_providers))
    await add_provider(application, provider_id, f"Provider {provider_id}", "ACCME")
    issued = await issue_key(application, providers=[provider_id], scopes=None, name="faults")
    await application.close()
    ledger = Ledger(folder / f"{provider_id}.ledger")
    yield Desk(provider_id, issued.key, ledger, Timeline())
    ledger.close()


class Fleet:
    """Servers on one database, each of which can be stopped and started again on its port."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self._database_url = database_url
        self._folder = folder
        self._running: dict[int, tuple[Server, ExitStack]] = {}
        self.slowest_stop = 0.0

    @property
    def servers(self) -> list[Server]:
        """The servers that run."""
        return [server for server, _ in self._running.values()]

    async def start(self, port: int = 0) -> Server:
        """Start a server, and return when it is ready."""
        stack = ExitStack()
        folder = self._folder / f"server-{port}-{time.monotonic_ns()}"
        folder.mkdir()
        settings = {"PARS_PORT": str(port), "PARS_STOP_NOTICE": "1", **WITHOUT_QUOTAS}
        server = await asyncio.to_thread(
            lambda: stack.enter_context(serving(self._database_url, folder, **settings))
        )
        self._running[server.port] = server, stack
        for _ in range(_LOOKS_UNTIL_READY):
            if await is_ready(server.port):
                return server
            await asyncio.sleep(0.1)
        raise TimeoutError(server.log())

    async def restart(self, port: int) -> None:
        """Stop a server with SIGTERM, wait for its end, and start it again."""
        server, stack = self._running.pop(port)
        began = time.monotonic()
        told_to_stop(server)
        code = await asyncio.to_thread(server.process.wait, SECONDS_TO_STOP)
        assert code == 0, server.log()
        self.slowest_stop = max(self.slowest_stop, time.monotonic() - began)
        stack.close()
        await self.start(port)

    def restarts(self) -> list[Callable[[], Awaitable[None]]]:
        """Return what restarts each of the servers."""
        return [partial(self.restart, port) for port in self._running]

    def close(self) -> None:
        """Stop all of them."""
        for _, stack in self._running.values():
            stack.close()


@asynccontextmanager
async def fleet(database_url: str, folder: Path, size: int) -> AsyncIterator[Fleet]:
    """Run so many servers on one database."""
    async with AsyncExitStack() as stack:
        made = Fleet(database_url, folder)
        stack.callback(made.close)
        await asyncio.gather(*(made.start() for _ in range(size)))
        yield made
