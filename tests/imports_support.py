"""What the tests of imports begin with: sending a file, and working the queue off."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import orjson

from app.core.clock import Clock
from app.core.database import Database
from app.imports.queueing import Ticket
from app.imports.working import work_off
from tests.harness import ReportingProvider

Document = dict[str, Any]


def imports_of(provider: ReportingProvider) -> str:
    """Return the path of a provider's imports."""
    return f"/v1/providers/{provider.provider_id}/imports"


def ndjson(records: Iterable[Document]) -> bytes:
    """Return records as lines of JSON."""
    return b"\n".join(map(orjson.dumps, records))


async def send(
    provider: ReportingProvider,
    content: bytes,
    file_format: str = "ndjson",
    **asked: str | int | bool,
) -> httpx.Response:
    """Send a file as the body."""
    params: dict[str, str | int | bool] = {"kind": "activities", "format": file_format, **asked}
    return await provider.client.post(imports_of(provider), params=params, content=content)


class Desk:
    """Sends files of one provider and works them off, as the server and a worker do."""

    def __init__(self, provider: ReportingProvider, database: Database, clock: Clock) -> None:
        self.provider = provider
        self.database = database
        self.clock = clock

    async def take_in(
        self, content: bytes, file_format: str = "ndjson", **asked: str | int | bool
    ) -> Document:
        """Send a file, work it off, and return the import as it stands then."""
        reply = await send(self.provider, content, file_format, **asked)
        assert reply.status_code == 202, reply.text
        return await self.work_off(reply.json()["import_id"])

    async def work_off(self, import_id: str) -> Document:
        """Carry an import out, as a worker does that has found its ticket."""
        ticket = Ticket(self.provider.provider_id, import_id)
        await work_off(self.database, self.clock, ticket)
        return await self.get(import_id)

    async def get(self, import_id: str) -> Document:
        """Return the import as it stands."""
        reply = await self.provider.client.get(f"{imports_of(self.provider)}/{import_id}")
        assert reply.status_code == 200, reply.text
        found: Document = reply.json()
        return found

    async def results(self, job: Document, **asked: str | int | bool) -> list[Document]:
        """Return what became of the rows."""
        reply = await self.provider.client.get(job["results"], params=asked)
        assert reply.status_code == 200, reply.text
        rows: list[Document] = reply.json()["data"]
        return rows

    async def rejected_file(self, job: Document) -> httpx.Response:
        """Return the file of rejected rows."""
        reply = await self.provider.client.get(job["results"], params={"as": "file"})
        assert reply.status_code == 200, reply.text
        return reply

    async def activities(self) -> list[Document]:
        """Return the provider's activities, whole, by internal id."""
        params: dict[str, str] = {"view": "full", "sort": "internal_id", "limit": "200"}
        reply = await self.provider.client.get(self.provider.activities, params=params)
        rows: list[Document] = reply.json()["data"]
        return rows


def counted(job: Document) -> Document:
    """Return the counts of an import that are not nothing."""
    return {name: count for name, count in job["counts"].items() if count}


@contextmanager
def shown_on_failure(job: Document) -> Iterator[None]:
    """Say what an import met when an expectation about it fails."""
    try:
        yield
    except AssertionError as error:
        error.add_note(json.dumps(job, indent=1)[:4000])
        raise
