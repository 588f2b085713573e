"""Clients that stop in the middle of what they say."""

import asyncio
import json

import httpx
import pytest

from app.cli import bounded_connection
from tests.connections.one_room import Line, Place

PUT = b"PUT /v1/a HTTP/1.1\r\nhost: a\r\ncontent-length: 40\r\n\r\n"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_connection, "_SECONDS_BETWEEN_LOOKS", 0.05)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(("half", "instance"), [(PUT[:20], ""), (PUT + b"half", "/v1/a")])
async def test_a_client_that_stops_in_the_middle_of_a_request_is_refused(
    place: Place, line: Line, half: bytes, instance: str
) -> None:
    head, document = await line.ask(half)
    assert head.startswith(b"HTTP/1.1 408 ")
    assert b"connection: close\r\n" in head
    told = json.loads(document)
    assert (told["code"], told["instance"]) == ("request.too_slow", instance)
    assert told["retryable"]
    assert await line.is_closed()
    assert (place.served, place.stopping.under_way) == ([], 0)


@pytest.mark.usefixtures("impatient")
async def test_a_connection_on_which_nothing_is_said_ends(line: Line) -> None:
    assert await line.is_closed()


@pytest.mark.usefixtures("impatient")
async def test_a_client_that_goes_on_slowly_is_waited_for(place: Place, line: Line) -> None:
    place.go_on.set()
    line.send(PUT)
    for _ in range(40):
        await asyncio.sleep(0.02)
        line.send(b"x")
    assert (await line.answer())[0].startswith(b"HTTP/1.1 204 ")
    assert place.served == [b"x" * 40]


@pytest.mark.usefixtures("impatient")
async def test_a_client_that_waits_itself_is_waited_for(
    place: Place, client: httpx.AsyncClient
) -> None:
    body = b"x" * 1_500_000
    asked = asyncio.create_task(client.put("/later", content=body))
    await asyncio.sleep(0.5)
    place.go_on.set()
    assert (await asked).text == str(len(body))
