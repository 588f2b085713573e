"""A canary in every text, id, header, key and query of every call is nowhere in the log.

The server runs as it does in production, and what it printed is read as it stands. Then
every table is taken away, so that each call fails, and the log is read again.
"""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from app.auth.scopes import KINDS
from tests.databases import superuser_of
from tests.document import DOCUMENT
from tests.patience import PATIENCE, until
from tests.security.calls import Described, described
from tests.security.served import ACCREDITOR, CANARY, PROVIDER, Served
from tests.serving import Server

BROKEN_OFF = 0
LOGGED = {
    "request_id",
    "mode",
    "credential_id",
    "provider_id",
    "method",
    "route",
    "status",
    "milliseconds",
    "event",
    "level",
    "timestamp",
    "logger",
    "trace",
}
OPERATIONS = list(described())


def requests_of(operation: Described, key: str) -> Iterator[dict[str, Any]]:
    """Build calls of an operation that say the canary wherever a client can say anything."""
    described_as = DOCUMENT["paths"][operation.path][operation.method]
    parameters = described_as.get("parameters", ())
    singing = {"provider_id": PROVIDER, "accreditor_id": ACCREDITOR, "format": "live_course"}
    dates = {"start_date": "2026-05-01", "year": "2026"}
    path = operation.path
    for name in [one["name"] for one in parameters if one["in"] == "path"]:
        path = path.replace(f"{{{name}}}", {**singing, **dates}.get(name, CANARY))
    query = {one["name"]: CANARY for one in parameters if one["in"] == "query"}
    headers = {one["name"]: CANARY for one in parameters if one["in"] == "header"}
    headers |= {"User-Agent": CANARY, "Cookie": f"c={CANARY}", "X-Anything": CANARY}
    known = {"Authorization": f"Bearer {key}"}
    call = {"method": operation.method.upper(), "url": path}
    yield call | {"headers": headers | {"Authorization": f"Bearer {CANARY}"}}
    yield call | {"headers": headers | known}
    yield call | {"headers": {"If-Match": "*"} | known, "params": query}
    yield call | {"headers": {"If-Match": "*"} | known, "params": {CANARY: CANARY}}
    for body in bodies_of(described_as):
        yield call | {"headers": {"If-Match": "*"} | known, **body}


def bodies_of(described_as: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Build bodies: the example with the canary in every text, and texts that cannot be read."""
    content = described_as.get("requestBody", {}).get("content", {})
    for media_type, form in content.items():
        if media_type.endswith("json"):
            singing = sung(form.get("example", {}))
            yield {"json": singing}
            yield {"json": {**singing, CANARY: CANARY} if isinstance(singing, dict) else CANARY}
        typed = {"headers": {"Content-Type": media_type}}
        yield typed | {"content": f'{{"{CANARY}": "{CANARY}'}
        yield {"headers": {"Content-Type": f"text/{CANARY}"}, "content": CANARY}


def sung(value: Any) -> Any:
    """Put the canary into every text that is no date and no word of the API."""
    match value:
        case dict():
            return {name: sung(part) for name, part in value.items()}
        case list():
            return [sung(part) for part in value]
        case str() if " " in value or "@" in value or "//" in value or "-" in value[:4]:
            return f"{value}-{CANARY}"
        case _:
            return value


async def sing(served: Served) -> list[int]:
    """Call every operation, by a kind of credential that may; return what was answered."""
    statuses = []
    async with httpx.AsyncClient(base_url=served.server.url, timeout=PATIENCE) as client:
        for operation in OPERATIONS:
            kind = next(kind for kind in KINDS if kind in operation.row.kinds)
            for call in requests_of(operation, served.keys[kind]):
                try:
                    statuses.append((await client.request(**call)).status_code)
                except httpx.RemoteProtocolError:
                    # An export that fails half way can only be broken off.
                    statuses.append(BROKEN_OFF)
    return statuses


def lines_of(server: Server) -> list[dict[str, Any]]:
    """Return the lines of the log, each of which is one JSON object and nothing besides."""
    return [json.loads(line) for line in server.log().splitlines() if line]


@asynccontextmanager
async def without_its_tables(served: Served) -> AsyncIterator[None]:
    """Rename what nearly every statement needs, until the block ends."""
    tables = ("activities", "contacts", "providers", "activity_history")
    async with superuser_of(served.database_url) as superuser:
        for table in tables:
            await superuser.execute(f"ALTER TABLE {table} RENAME TO {table}_gone")
        try:
            yield
        finally:
            for table in tables:
                await superuser.execute(f"ALTER TABLE {table}_gone RENAME TO {table}")


async def test_the_canary_is_nowhere_in_the_log(served: Served) -> None:
    before = len(lines_of(served.server))
    statuses = await sing(served)
    # The line of a request follows its answer.
    until(lambda: len(lines_of(served.server)) - before >= len(statuses))
    assert {200, 201, 400, 401, 404, 415, 422} <= set(statuses)
    assert 500 not in statuses
    log = served.server.log()
    assert CANARY not in log
    for key in served.keys.values():
        assert key.rpartition("_")[2][:12] not in log
    lines = lines_of(served.server)
    assert {name for line in lines for name in line} <= LOGGED


async def test_not_even_a_fault_tells_what_was_sent(served: Served) -> None:
    before = len(lines_of(served.server))
    async with without_its_tables(served):
        statuses = await sing(served)
    assert statuses.count(500) > 20
    assert CANARY not in served.server.log()
    faults = [line for line in lines_of(served.server)[before:] if line["event"] == "fault"]
    assert len(faults) == statuses.count(500) + statuses.count(BROKEN_OFF)
    assert all(fault["request_id"] and fault["trace"] for fault in faults)
    # Neither does a library tell an error in words: they repeat values.
    assert "does not exist" not in served.server.log()
    assert "Traceback" not in served.server.log()
