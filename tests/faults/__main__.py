"""`make faults`: every fault on a schedule while many clients write; then the books are compared.

With names, only those scenarios are played: worker database backends replies lock clients
import rolling pool.
"""

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.faults import faults
from tests.faults.imports_killed import play_imports
from tests.faults.proxy import proxying
from tests.faults.results import complaints, heading, line, total
from tests.faults.scenarios import Outcome, Scenario, play
from tests.faults.stages import WITHOUT_QUOTAS, database, fleet
from tests.serving import serving

ENOUGH: Final = 50_000
IMPORT: Final = "import"
ROLLING: Final = "rolling"
POOL: Final = "pool"

# Within a minute PostgreSQL may end four times; at the fifth the server says that it gives up.
SCENARIOS: Final[Mapping[str, Scenario]] = {
    "worker": Scenario("kill -9 of a serving process", faults.serving_process_killed, 6, 4.0),
    "database": Scenario("kill -9 of PostgreSQL", faults.database_killed, 4, 3.0),
    "backends": Scenario("terminated backends", faults.backends_terminated, 8, 2.0),
    "replies": Scenario("cut between commit and reply", faults.replies_cut, 6, 1.0),
    "lock": Scenario("ACCESS EXCLUSIVE lock for 3 s", faults.table_locked, 3, 2.0),
    "clients": Scenario("clients that vanish", faults.clients_vanish, 12, 1.0),
    ROLLING: Scenario("rolling restart with SIGTERM", faults.rolling_restart, 2, 2.0),
    POOL: Scenario("pool of 2 exhausted for 3 s", faults.transactions_held_up, 3, 2.0),
}


async def main(wanted: Sequence[str]) -> bool:
    """Play what is wanted, print the table, and return whether every promise was kept."""
    outcomes = []
    print(heading(), flush=True)
    with tempfile.TemporaryDirectory(prefix="pars-faults-", dir=os.environ.get("TMPDIR")) as name:
        async for outcome in _play_all(wanted or [*SCENARIOS, IMPORT], Path(name)):
            print("\n".join([line(outcome), *complaints(outcome)]), flush=True)
            outcomes.append(outcome)
    print(line(total(outcomes)))
    enough = bool(wanted) or total(outcomes).acknowledged >= ENOUGH
    if not enough:
        print(f"Fewer than {ENOUGH:,} writes were acknowledged.")
    return enough and all(outcome.kept for outcome in outcomes)


async def _play_all(wanted: Sequence[str], folder: Path) -> AsyncIterator[Outcome]:
    alone = [
        name for name in (*SCENARIOS, IMPORT) if name in wanted and name not in (ROLLING, POOL)
    ]
    if alone:
        async for outcome in _on_one_server(alone, folder):
            yield outcome
    if ROLLING in wanted or POOL in wanted:
        async with database(folder) as url:
            if ROLLING in wanted:
                yield await _on_two_servers(url, folder)
            if POOL in wanted:
                yield await _on_a_small_pool(url, folder)


async def _on_one_server(names: Sequence[str], folder: Path) -> AsyncIterator[Outcome]:
    """Play on a server with two processes and a PostgreSQL of its own, as users run it."""
    with serving(None, folder, PARS_WORKERS="2", **WITHOUT_QUOTAS) as server:
        url = server.embedded_url
        async with proxying([server.port]) as proxy:
            for name in names:
                if name == IMPORT:
                    yield await play_imports(server, url, folder)
                else:
                    yield await play(SCENARIOS[name], server, proxy, url, folder)


async def _on_two_servers(url: str, folder: Path) -> Outcome:
    async with fleet(url, folder, size=2) as servers:
        ports = [server.port for server in servers.servers]
        async with proxying(ports, watched=True) as proxy:
            first, restarts = servers.servers[0], servers.restarts()
            return await play(SCENARIOS[ROLLING], first, proxy, url, folder, restarts=restarts)


async def _on_a_small_pool(url: str, folder: Path) -> Outcome:
    aside = folder / POOL
    aside.mkdir()
    with serving(url, aside, PARS_POOL_SIZE="2", **WITHOUT_QUOTAS) as server:
        async with proxying([server.port]) as proxy:
            return await play(SCENARIOS[POOL], server, proxy, url, folder)


if __name__ == "__main__":
    sys.exit(0 if asyncio.run(main(sys.argv[1:])) else 1)
