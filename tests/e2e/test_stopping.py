"""SIGTERM, as a load balancer and clients meet it: told first, then refused, nothing cut off."""

import asyncio
import json
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from tests.builders import draft_activity
from tests.harness import ReportingProvider
from tests.patience import PATIENCE
from tests.serving import Server, serving

NOTICE = 1.5


@asynccontextmanager
async def client_of(server: Server, key: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of one connection, which is open already."""
    limits = httpx.Limits(max_connections=1)
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(
        base_url=server.url, headers=headers, limits=limits, timeout=PATIENCE
    ) as client:
        assert (await client.get("/v1/me")).status_code == 200
        yield client


class Unfinished:
    """A request of which the server has a part, and waits for the rest."""

    def __init__(self, server: Server, provider: ReportingProvider) -> None:
        self._server = server
        body = json.dumps(draft_activity(title="Under way at the end")).encode()
        lines = [
            f"POST {provider.activities} HTTP/1.1",
            "Host: test",
            f"Authorization: Bearer {provider.key}",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
        ]
        self._begins = "\r\n".join([*lines, "", ""]).encode() + body[:20]
        self._ends = body[20:]

    async def begin(self) -> None:
        self._reader, self._writer = await asyncio.open_connection(
            self._server.host, self._server.port
        )
        self._writer.write(self._begins)
        await self._writer.drain()

    async def finish(self) -> bytes:
        self._writer.write(self._ends)
        answer = await self._reader.read()
        self._writer.close()
        return answer


async def until_it_says(client: httpx.AsyncClient, path: str, code: str) -> httpx.Response:
    """Ask on new connections until this is the problem; /readyz has one of its own in tests."""
    while True:
        reply = await client.get(path, headers={"Connection": "close"})
        if reply.json().get("code") == code:
            return reply
        await asyncio.sleep(0.02)


@pytest.mark.parametrize("workers", ["1", "2"])
async def test_a_server_that_is_told_to_stop_says_so_refuses_new_work_and_finishes(
    provider: ReportingProvider, database_url: str, tmp_path: Path, workers: str
) -> None:
    settings = {"PARS_WORKERS": workers, "PARS_STOP_NOTICE": str(NOTICE)}
    with serving(database_url, tmp_path, **settings) as server:
        unfinished = Unfinished(server, provider)
        async with (
            client_of(server, provider.key) as early,
            client_of(server, provider.key) as late,
            client_of(server, provider.key) as in_the_other_process,
            httpx.AsyncClient(base_url=server.url, timeout=PATIENCE) as others,
            asyncio.timeout(PATIENCE),
        ):
            await unfinished.begin()
            told_at = time.monotonic()
            server.process.send_signal(signal.SIGTERM)
            not_ready = await until_it_says(others, "/readyz", "server.stopping")
            # Whoever has not looked yet is served as before, for as long as notice is given.
            served = await early.get("/v1/me")
            in_time = time.monotonic() - told_at < NOTICE
            new = await until_it_says(others, "/v1", "server.stopping")
            refused = [await one.get("/v1/me") for one in (late, in_the_other_process)]
            finished = await unfinished.finish()
        assert not_ready.status_code == 503
        assert served.headers["connection"] == "close"
        assert served.status_code == 200 or not in_time
        for reply in (*refused, new):
            assert (reply.status_code, reply.json()["code"]) == (503, "server.stopping")
            assert reply.headers["content-type"] == "application/problem+json"
            assert reply.headers["connection"] == "close"
            assert reply.headers["retry-after"] == "1"
        assert finished.startswith(b"HTTP/1.1 201")
        assert b"Under way at the end" in finished
        assert await asyncio.to_thread(server.process.wait, 20) == 0
        assert time.monotonic() - told_at < 20 + NOTICE
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(server.host, server.port)
