"""Sending a file of activities to a running server, and what it costs until it is taken in."""

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Final

import asyncpg
import httpx
import orjson

from app.core.database import SESSION_SETTINGS
from app.embedded.cluster import OWNER
from bench.complete_activities import complete_activities
from bench.other_client import OtherClient
from bench.processes import Spent, family, spent
from bench.serving import Server
from bench.unvalidated import Driver, Piece, write_rows

READER: Final = "1000000"
"""The provider whose record another client reads meanwhile."""

_IDLE: Final = 0.05


class Measured:
    """What was seen of one way to enter the rows, in each round."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.cpu: list[Spent] = []
        self.reads: list[float] = []
        self.whole: list[float] = []

    def rows_per_second(self, rows: int) -> float:
        """Return the median."""
        return rows / median(self.seconds)


class Bench:
    """A running server with its worker and its database, and what is measured on them."""

    def __init__(self, server: Server, key: str, rows: int) -> None:
        self.rows = rows
        self.measured: defaultdict[str, Measured] = defaultdict(Measured)
        self._server = server
        self._key = key
        self._content = b"\n".join(map(orjson.dumps, complete_activities(rows)))
        headers = {"Authorization": f"Bearer {key}"}
        self._client = httpx.Client(base_url=server.url, headers=headers, timeout=60)
        self._worker = _worker_of(server)
        self.memory = [own_memory(self._worker)]
        self._read = self._enter_what_others_read()

    def take_in(self, name: str, provider_id: str, outcome: str) -> None:
        """Send the file, and wait until it is taken in."""
        before, began = self._spent(), time.perf_counter()
        reply = self._client.post(
            f"/v1/providers/{provider_id}/imports",
            params={"kind": "activities", "format": "ndjson", "force": True},
            content=self._content,
        )
        path = f"/v1/providers/{provider_id}/imports/{reply.raise_for_status().json()['import_id']}"
        while (job := self._client.get(path).json())["finished_at"] is None:
            self.memory.append(own_memory(self._worker))
            time.sleep(0.05)
        measured = self.measured[name]
        measured.whole.append(time.perf_counter() - began)
        measured.cpu.append(self._spent().since(before))
        measured.seconds.append(self.rows / job["rows_per_second"])
        if job["counts"][outcome] != self.rows:
            message = f"{name}: {job['state']}, {job['counts']}, {job['causes'][:2]}"
            raise RuntimeError(message)

    async def write(self, name: str, provider_id: str, chunks: list[list[Piece]]) -> None:
        """Write the rows of the reference."""
        driver = await self.connected()
        before, began = self._spent(), time.perf_counter()
        await write_rows(driver, provider_id, chunks)
        self.measured[name].seconds.append(time.perf_counter() - began)
        self.measured[name].cpu.append(self._spent().since(before))
        await driver.close()

    async def connected(self) -> Driver:
        """Connect as the application does, but without its limit of time."""
        settings = {**SESSION_SETTINGS, "statement_timeout": "0"}
        address = self._server.database(user=OWNER)
        driver: Driver = await asyncpg.connect(address, server_settings=settings)
        return driver

    @contextmanager
    def another_client(self, name: str) -> Iterator[None]:
        """Let another client read meanwhile."""
        with OtherClient(self._server.url, self._read, self._key) as other:
            yield
        self.measured[name].reads += other.seconds

    def _spent(self) -> Spent:
        return spent(self._worker, self._server.postmaster)

    def _enter_what_others_read(self) -> str:
        path = f"/v1/providers/{READER}/activities"
        reply = self._client.post(path, json=next(complete_activities(1)))
        return str(reply.raise_for_status().headers["location"])


def _worker_of(server: Server) -> int:
    """Return the process of the worker, once it has imported everything and waits for work."""
    worked = 0.0
    while True:
        for process in family(server.process_id, without=server.postmaster):
            if b"spawn_main" in Path(f"/proc/{process}/cmdline").read_bytes():
                while spent(process, server.postmaster).server - worked > _IDLE:
                    worked = spent(process, server.postmaster).server
                    time.sleep(2)
                return process
        time.sleep(0.1)


def own_memory(process: int) -> int:
    """Return the bytes that a process has in memory and that are no part of any file.

    Its part of what it shares would change with what others do.
    """
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return int(status.split("RssAnon:")[1].split(maxsplit=1)[0]) * 1024
