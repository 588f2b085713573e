"""A scenario: a crowd reports, a fault strikes on a schedule, and the books are compared."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.databases import superuser_of
from tests.faults.checker import LOST, Breach, breaches, stored
from tests.faults.crowd import reporting
from tests.faults.faults import SECONDS_OF_A_LOCK, Fault, Restart, Scene
from tests.faults.ledger import Write, read_ledger
from tests.faults.proxy import Proxy
from tests.faults.reporters import Desk
from tests.faults.stages import desk
from tests.serving import Server

SECONDS_TO_RECOVER: Final = 5.0
CLIENTS: Final = 24


@dataclass(frozen=True, slots=True)
class Scenario:
    """A fault, how often it strikes, and with how many seconds between."""

    title: str
    fault: Fault
    strikes: int
    pause: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the writes of a scenario; records of a batch count one by one."""

    title: str
    strikes: int
    sent: int
    acknowledged: int
    ambiguous: int
    refused: int
    recovered_in: float
    longest_silence: float
    broken: Sequence[Breach]

    @property
    def lost(self) -> int:
        """How many acknowledged records are not there."""
        return sum(breach.promise == LOST for breach in self.broken)

    @property
    def kept(self) -> bool:
        """Whether every promise was kept."""
        return not self.broken and self.recovered_in <= SECONDS_TO_RECOVER


async def play(  # noqa: PLR0913 - where, what, and how long
    scenario: Scenario,
    server: Server,
    proxy: Proxy,
    database_url: str,
    folder: Path,
    *,
    clients: int = CLIENTS,
    seconds_of_a_lock: float = SECONDS_OF_A_LOCK,
    restarts: Sequence[Restart] = (),
) -> Outcome:
    """Play a scenario to its end and compare the ledger with the database."""
    async with desk(database_url, folder) as books:
        async with reporting(books, "127.0.0.1", proxy.port, clients) as reporter:
            scene = Scene(server, proxy, database_url, reporter, seconds_of_a_lock, restarts)
            slowest = 0.0
            for _ in range(scenario.strikes):
                await asyncio.sleep(scenario.pause)
                await scenario.fault(scene)
                slowest = max(slowest, await books.timeline.recovery(10 * SECONDS_TO_RECOVER))
            await asyncio.sleep(scenario.pause)
        return await _outcome(scenario, books, database_url, slowest)


async def _outcome(scenario: Scenario, books: Desk, database_url: str, slowest: float) -> Outcome:
    writes = await asyncio.to_thread(read_ledger, books.ledger.path)
    async with superuser_of(database_url) as superuser:
        found = await stored(superuser, books.provider_id)
    return Outcome(
        title=scenario.title,
        strikes=scenario.strikes,
        sent=_records(writes),
        acknowledged=_records([write for write in writes if write.acknowledged]),
        ambiguous=_records([write for write in writes if write.ambiguous]),
        refused=_records([write for write in writes if write.refused]),
        recovered_in=slowest,
        longest_silence=books.timeline.longest_silence(),
        broken=breaches(writes, found),
    )


def _records(writes: Sequence[Write]) -> int:
    return sum(len(write.names) for write in writes)
