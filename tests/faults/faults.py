"""The faults, each one named; a fault is over when its function returns."""

import asyncio
import random
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final, TypeAlias

from app.embedded.cluster import Cluster
from app.embedded.postmaster import running_process
from tests.databases import Superuser, superuser_of
from tests.faults.processes import kill, serving_processes
from tests.faults.proxy import Proxy
from tests.faults.reporters import Reporter, new_names
from tests.faults.sending import Wire
from tests.patience import eventually
from tests.serving import Server

SECONDS_OF_A_LOCK: Final = 3.0
SECONDS_OF_CUTTING: Final = 2.0
CUT_SHARE: Final = 0.2
VANISHING: Final = 40

Restart: TypeAlias = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Scene:
    """What a fault can strike."""

    server: Server
    proxy: Proxy
    database_url: str
    reporter: Reporter
    seconds_of_a_lock: float
    restarts: Sequence[Restart]


async def serving_process_killed(scene: Scene) -> None:
    """kill -9 of one of the serving processes, when the one killed before is replaced."""

    def found() -> list[int]:
        return serving_processes(scene.server.process.pid, scene.server.port)

    async def there_are_several() -> bool:
        return len(found()) > 1

    await eventually(there_are_several)
    kill(random.choice(found()))  # noqa: S311


async def database_killed(scene: Scene) -> None:
    """kill -9 of the embedded PostgreSQL."""
    number = running_process(Cluster(scene.server.data_dir))
    assert number is not None
    kill(number)


async def backends_terminated(scene: Scene) -> None:
    """pg_terminate_backend of every connection of the application."""
    async with superuser_of(scene.database_url) as superuser:
        await superuser.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


async def replies_cut(scene: Scene) -> None:
    """Connections cut between the commit and the reply."""
    cut_before, scene.proxy.cut_share = scene.proxy.cut, CUT_SHARE
    await asyncio.sleep(min(SECONDS_OF_CUTTING, scene.seconds_of_a_lock))

    async def some_were_cut() -> bool:
        return scene.proxy.cut > cut_before

    await eventually(some_were_cut)
    scene.proxy.cut_share = 0.0


async def table_locked(scene: Scene) -> None:
    """An ACCESS EXCLUSIVE lock on the activities."""
    async with _locking(scene.database_url) as superuser:
        await superuser.execute("LOCK TABLE activities IN ACCESS EXCLUSIVE MODE")
        await asyncio.sleep(scene.seconds_of_a_lock)


async def transactions_held_up(scene: Scene) -> None:
    """Every connection of a small pool in a transaction that cannot go on."""
    async with _locking(scene.database_url) as superuser:
        await superuser.execute("LOCK TABLE activity_history IN EXCLUSIVE MODE")
        await asyncio.sleep(scene.seconds_of_a_lock)


async def clients_vanish(scene: Scene) -> None:
    """Clients that are gone in the middle of a request, or of its answer."""
    names = new_names(f"V{random.randrange(10**9)}")  # noqa: S311
    wires = [Wire("127.0.0.1", scene.proxy.port) for _ in range(VANISHING)]
    await asyncio.gather(*(scene.reporter.vanish(wire, next(names)) for wire in wires))


async def rolling_restart(scene: Scene) -> None:
    """SIGTERM of one server after the other, each back before the next."""
    for restart in scene.restarts:
        await restart()


@asynccontextmanager
async def _locking(url: str) -> AsyncIterator[Superuser]:
    async with superuser_of(url) as superuser, superuser.transaction():
        yield superuser


Fault = Callable[[Scene], Awaitable[None]]


def told_to_stop(server: Server) -> None:
    """Send SIGTERM."""
    server.process.send_signal(signal.SIGTERM)
