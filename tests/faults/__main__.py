"""`make faults`: every fault on a schedule, while many clients write; then the books are compared.

With a name or several, only those scenarios are played. The table also goes to the file that
FAULTS_RESULT names.
"""

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from tests.faults import faults
from tests.faults.imports_killed import IMPORT_KILLED, play_imports
from tests.faults.proxy import proxying
from tests.faults.results import as_table, notes
from tests.faults.scenarios import Outcome, Scenario, play
from tests.faults.stages import WITHOUT_QUOTAS, database, fleet
from tests.serving import serving

ENOUGH: Final = 50_000

# On one server with two processes and a PostgreSQL of its own, as `pars serve` runs.
ONE_SERVER: Final = (
    Scenario("worker", "kill -9 of a serving process", faults.serving_process_killed, 6, 3.0),
    # More often than this within a minute, it gives up and says why.
    Scenario("database", "kill -9 of PostgreSQL", faults.database_killed, 3, 5.0),
    Scenario("backends", "terminated backends", faults.backends_terminated, 8, 1.5),
    Scenario("replies", "cut between commit and reply", faults.replies_cut, 6, 1.0),
    Scenario("lock", "ACCESS EXCLUSIVE lock, 3 s", faults.table_locked, 3, 3.0),
    Scenario("clients", "clients that vanish", faults.clients_vanish, 15, 0.7),
)
POOL: Final = Scenario("pool", "pool of 2 exhausted, 3 s", faults.transactions_held_up, 3, 3.0)
ROLLING: Final = Scenario("rolling", "rolling restart, SIGTERM", faults.rolling_restart, 2, 2.0)


async def main(wanted: Sequence[str]) -> bool:
    """Play what is wanted, print the table, and return whether every promise was kept."""
    outcomes = []
    with tempfile.TemporaryDirectory(prefix="pars-faults-") as name:
        async for outcome in _play_all(wanted, Path(name)):
            print(as_table([outcome], head=not outcomes), flush=True)
            outcomes.append(outcome)
    print(as_table([_total(outcomes)], head=False))
    print(notes(outcomes))
    if "FAULTS_RESULT" in os.environ:
        table = as_table([*outcomes, _total(outcomes)], head=True)
        Path(os.environ["FAULTS_RESULT"]).write_text(f"{table}\n")
    enough = bool(wanted) or _total(outcomes).acknowledged >= ENOUGH
    if not enough:
        print(f"Fewer than {ENOUGH:,} writes were acknowledged.")
    return enough and all(outcome.kept for outcome in outcomes)


async def _play_all(wanted: Sequence[str], folder: Path) -> AsyncIterator[Outcome]:
    ONE = [one for one in ONE_SERVER if not wanted or one.name in wanted]
    if ONE or not wanted or IMPORT_KILLED in wanted:
        ...
