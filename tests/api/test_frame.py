"""The frame around every request: its id, its safe headers, its log line."""

import json
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from starlette.responses import StreamingResponse
from structlog.testing import capture_logs

from app.core.middleware import Frame
from app.core.stopping import Stopping
from tests.api.small_application import small_application
from tests.clients import client_of

THINGS = "/v1/owners/canary-1/things"


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(small_application()) as client:
        yield client


async def test_a_request_gets_an_id_of_its_own(client: httpx.AsyncClient) -> None:
    ids = [(await client.get(path)).headers["x-request-id"] for path in (THINGS, THINGS, "/none")]
    assert len(set(ids)) == 3
    assert all(name.startswith("req_") for name in ids)
    # The first part of an id is its time.
    assert ids == sorted(ids, key=lambda name: name[:16])


async def test_an_id_of_the_client_is_kept(client: httpx.AsyncClient) -> None:
    response = await client.get(THINGS, headers={"X-Request-Id": "lms-42_a"})
    assert response.headers.get_list("x-request-id") == ["lms-42_a"]


@pytest.mark.parametrize("sent", ["", "a b", "a" * 65, 'a"b', "é", "a/../b"])
async def test_an_id_that_could_do_harm_is_replaced(client: httpx.AsyncClient, sent: str) -> None:
    response = await client.get(THINGS, headers={b"X-Request-Id": sent.encode()})
    assert response.headers["x-request-id"].startswith("req_")


@pytest.mark.parametrize("path", [THINGS, "/none", f"{THINGS}/1/fault", f"{THINGS}?x=1"])
async def test_every_answer_carries_the_safe_headers(client: httpx.AsyncClient, path: str) -> None:
    headers = (await client.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert "strict-transport-security" not in headers


async def test_behind_tls_browsers_are_told_to_stay_there(client: httpx.AsyncClient) -> None:
    response = await client.get(f"https://test{THINGS}")
    assert response.headers["strict-transport-security"].startswith("max-age=31536000")


async def test_head_answers_as_get_without_the_body(client: httpx.AsyncClient) -> None:
    asked = await client.get(THINGS)
    response = await client.head(THINGS)
    assert response.status_code == 200
    assert response.content == b""
    assert response.headers["content-length"] == asked.headers["content-length"]


async def test_the_log_names_the_route_and_not_what_was_asked(client: httpx.AsyncClient) -> None:
    with capture_logs() as lines:
        await client.get(f"{THINGS}?tag=canary-2", headers={"Authorization": "Bearer canary-3"})
    (line,) = lines
    assert line["route"] == "/v1/owners/{owner_id}/things"
    assert (line["method"], line["status"]) == ("GET", 200)
    assert line["milliseconds"] > 0
    assert "canary" not in json.dumps(lines)


async def test_a_fault_is_logged_with_its_places_and_without_its_words(
    client: httpx.AsyncClient,
) -> None:
    with capture_logs() as lines:
        response = await client.get(f"{THINGS}/1/fault")
    fault, access = lines
    assert fault["request_id"] == access["request_id"] == response.headers["x-request-id"]
    assert fault["trace"][0] == "RuntimeError"
    assert any("small_application.fault" in place for place in fault["trace"])
    assert "secret" not in json.dumps(lines)


async def test_an_answer_that_breaks_half_way_is_broken_off() -> None:
    application = FastAPI()

    async def words() -> AsyncIterator[bytes]:
        yield b"half"
        raise RuntimeError

    @application.get("/")
    async def half() -> StreamingResponse:
        return StreamingResponse(words())

    application.add_middleware(Frame, stopping=Stopping())
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        with pytest.raises(RuntimeError):
            await client.get("/")
