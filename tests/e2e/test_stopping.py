"""SIGTERM, as a load balancer and clients meet it: told first, then refused, nothing cut off."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from tests.builders import draft_activity
from tests.databases import superuser_of
from tests.harness import ReportingProvider
from tests.serving import Server, serving

NOTICE = 0.7


@asynccontextmanager
async def client_of(server: Server, key: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of one connection, which is open already."""
    limits = httpx.Limits(max_connections=1)
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(
        base_url=server.url, headers=headers, limits=limits, timeout=30
    ) as client:
        assert (await client.get("/v1/me")).status_code == 200
        yield client


@asynccontextmanager
async def held(database_url: str, activity_id: str) -> AsyncIterator[None]:
    """Hold the row of an activity, so that whoever would change it has to wait."""
    async with superuser_of(database_url) as superuser, superuser.transaction():
        await superuser.execute(
            "SELECT 1 FROM activities WHERE activity_id = $1 FOR UPDATE", activity_id
        )
        yield


async def until_told(balancer: httpx.AsyncClient) -> httpx.Response:
    while True:
        reply = await balancer.get("/readyz")
        # The database of the tests is in a hurry, and /readyz says 503 of it too.
        if reply.json()["code"] == "server.stopping":
            return reply
        await asyncio.sleep(0.02)


@pytest.mark.parametrize("workers", ["1", "2"])
async def test_a_server_that_is_told_to_stop_finishes_says_so_and_refuses(
    provider: ReportingProvider, database_url: str, tmp_path: Path, workers: str
) -> None:
    made = (await provider.client.post(provider.activities, json=draft_activity())).json()
    url = f"{provider.activities}/{made['activity_id']}"
    with serving(
        database_url, tmp_path, PARS_WORKERS=workers, PARS_STOP_NOTICE=str(NOTICE)
    ) as server:
        async with (
            client_of(server, provider.key) as busy,
            client_of(server, provider.key) as early,
            client_of(server, provider.key) as late,
            httpx.AsyncClient(base_url=server.url, timeout=30) as balancer,
        ):
            async with held(database_url, made["activity_id"]):
                edit = {"title": "Under way at the end"}
                changing = asyncio.create_task(
                    busy.patch(url, json=edit, headers={"If-Match": '"1"'})
                )
                await asyncio.sleep(0.1)
                told_at = time.monotonic()
                server.process.send_signal(signal.SIGTERM)
                not_ready = await asyncio.wait_for(until_told(balancer), 3)
                # The balancer has not looked yet, or has and still had this on the way.
                served = await early.get(url)
                await asyncio.sleep(NOTICE + 0.1)
                refused = await late.get(url)
                new = await balancer.get("/readyz")
            finished = await changing
        assert not_ready.status_code == 503
        assert (served.status_code, served.headers["connection"]) == (200, "close")
        for reply in (refused, new):
            assert (reply.status_code, reply.json()["code"]) == (503, "server.stopping")
            assert reply.headers["content-type"] == "application/problem+json"
            assert reply.headers["connection"] == "close"
            assert reply.headers["retry-after"] == "1"
        assert (finished.status_code, finished.json()["title"]) == (200, edit["title"])
        assert server.process.wait(20) == 0
        assert time.monotonic() - told_at < 20
        async with httpx.AsyncClient(base_url=server.url) as client:
            with pytest.raises(httpx.ConnectError):
                await client.get("/livez")
