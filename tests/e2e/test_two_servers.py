"""Two servers on one database behave as one.

That a key revoked through one is refused by the other is proved with the credentials.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.builders import draft_activity
from tests.databases import copy_of
from tests.faults.reporters import Desk
from tests.faults.stages import desk
from tests.imports_support import counted, ndjson
from tests.patience import PATIENCE
from tests.serving import serving


class Pair:
    """Two servers on one database, a provider, and a client of its at each of them."""

    def __init__(self, books: Desk, first: httpx.AsyncClient, second: httpx.AsyncClient) -> None:
        self.activities = books.activities
        self.provider = f"/v1/providers/{books.provider_id}"
        self.first = first
        self.second = second


@pytest.fixture(scope="module")
async def pair(
    server_url: str, worker_id: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Pair]:
    folder = tmp_path_factory.mktemp("two")
    async with copy_of(server_url, "pars", f"two_{worker_id}") as url, desk(url, folder) as books:
        with ExitStack() as stack:
            started = await asyncio.gather(
                *(asyncio.to_thread(start, stack, url, folder / name) for name in ("one", "two"))
            )
            async with (
                client_of(started[0], books) as first,
                client_of(started[1], books) as second,
            ):
                yield Pair(books, first, second)


def start(stack: ExitStack, url: str, folder: Path) -> str:
    folder.mkdir()
    return stack.enter_context(serving(url, folder)).url


@asynccontextmanager
async def client_of(url: str, books: Desk) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"Authorization": f"Bearer {books.key}"}
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=PATIENCE) as client:
        yield client


async def test_what_is_written_through_one_is_read_through_the_other_at_once(pair: Pair) -> None:
    for number in range(5):
        document = draft_activity(internal_id=f"READ-{number}")
        made = (await pair.first.post(pair.activities, json=document)).json()
        found = await pair.second.get(f"{pair.activities}/{made['activity_id']}")
        assert (found.status_code, found.json()["internal_id"]) == (200, f"READ-{number}")


async def test_of_two_edits_of_one_version_through_both_one_is_refused(pair: Pair) -> None:
    document = draft_activity(internal_id="EDIT")
    made = (await pair.first.post(pair.activities, json=document)).json()
    url = f"{pair.activities}/{made['activity_id']}"
    replies = await asyncio.gather(
        *(
            client.patch(url, json={"title": title}, headers={"If-Match": '"1"'})
            for client, title in ((pair.first, "First"), (pair.second, "Second"))
        )
    )
    assert sorted(reply.status_code for reply in replies) == [200, 412]


async def test_one_idempotency_key_sent_to_both_has_one_effect_and_one_answer(pair: Pair) -> None:
    document = draft_activity(internal_id="ONCE")
    headers = {"Idempotency-Key": "sent-to-both"}

    async def post(client: httpx.AsyncClient) -> httpx.Response:
        while True:
            reply = await client.post(pair.activities, json=document, headers=headers)
            if reply.json().get("code") != "idempotency.in_progress":
                return reply
            await asyncio.sleep(0.02)

    replies = await asyncio.gather(*(post(client) for client in (pair.first, pair.second) * 4))
    assert {reply.status_code for reply in replies} == {201}
    assert len({reply.content for reply in replies}) == 1
    assert [reply.headers.get("idempotent-replayed") for reply in replies].count(None) == 1


async def test_an_import_sent_to_one_is_carried_out_once_by_whichever_worker(pair: Pair) -> None:
    records = [draft_activity(internal_id=f"ROW-{number}") for number in range(300)]
    sent = await pair.first.post(
        f"{pair.provider}/imports",
        params={"kind": "activities", "format": "ndjson"},
        content=ndjson(records),
    )
    job = await finished(pair.second, sent.headers["location"])
    assert counted(job) == {"total": 300, "created": 300}
    again = await pair.second.post(
        f"{pair.provider}/imports",
        params={"kind": "activities", "format": "ndjson"},
        content=ndjson(records),
    )
    assert again.json()["import_id"] == job["import_id"]


async def finished(client: httpx.AsyncClient, url: str) -> dict[str, Any]:
    async with asyncio.timeout(PATIENCE):
        while True:
            job: dict[str, Any] = (await client.get(url)).json()
            if job["state"] not in {"queued", "running"}:
                return job
            await asyncio.sleep(0.1)
