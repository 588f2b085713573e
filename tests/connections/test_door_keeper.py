"""Requests that are turned away at the door, as clients on real connections meet it."""

import asyncio
import json

import httpx
import pytest

from app.core.door import Door
from app.core.metrics import METRICS
from tests.connections.one_room import PATH, Line, Place
from tests.patience import PATIENCE

VARYING = ("date", "x-request-id", "content-length")


async def test_the_refusal_is_the_one_that_the_frame_would_have_given(
    place: Place, client: httpx.AsyncClient
) -> None:
    from_the_frame = await client.get("/busy")
    served = await place.one_is_served(client)
    at_the_door = await client.get(PATH, headers={"X-Request-Id": "lms-1"})
    place.go_on.set()
    assert (await served).status_code == 204
    assert at_the_door.headers["x-request-id"] == "lms-1"
    assert at_the_door.headers["retry-after"] == "1"
    expected = {**from_the_frame.json(), "instance": PATH, "request_id": "lms-1"}
    assert at_the_door.json() == expected
    for name in VARYING:
        del at_the_door.headers[name], from_the_frame.headers[name]
    assert sorted(at_the_door.headers.items()) == sorted(from_the_frame.headers.items())
    assert at_the_door.status_code == from_the_frame.status_code == 503


async def test_without_an_id_of_the_client_each_refusal_has_one_of_its_own(
    place: Place, client: httpx.AsyncClient
) -> None:
    await place.one_is_served(client)
    refused = [await client.get("/v1") for _ in range(2)]
    ids = [reply.headers["x-request-id"] for reply in refused]
    assert ids == [reply.json()["request_id"] for reply in refused]
    assert all(name.startswith("req_") for name in ids)
    assert ids[0] != ids[1]


async def test_whoever_watches_the_process_is_answered(
    place: Place, client: httpx.AsyncClient
) -> None:
    await place.one_is_served(client)
    assert (await client.get("/livez")).status_code == 204
    assert (await client.get("/v1")).status_code == 503


async def test_the_body_of_a_refused_request_is_dropped_and_the_connection_kept(
    place: Place, client: httpx.AsyncClient, line: Line
) -> None:
    await place.one_is_served(client)
    body = b"GET /v1 HTTP/1.1\r\nhost: a\r\n\r\n" * 10_000
    head = b"PUT /v1/a HTTP/1.1\r\nhost: a\r\ncontent-length: %d\r\n\r\n" % len(body)
    refused, document = await line.ask(head + body)
    assert refused.startswith(b"HTTP/1.1 503 ")
    assert b"connection: close" not in refused
    assert json.loads(document)["saved"] is False
    place.go_on.set()
    await place.stopping.all_answered(PATIENCE)
    assert (await line.ask(head + body))[0].startswith(b"HTTP/1.1 204 ")
    assert place.served == [b"", body]


async def test_head_is_refused_without_a_body(
    place: Place, client: httpx.AsyncClient, line: Line
) -> None:
    await place.one_is_served(client)
    for _ in range(2):
        head, _ = await line.ask(b"HEAD /v1 HTTP/1.1\r\nhost: a\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 503 ")
        assert b"content-length: 0" not in head


@pytest.mark.parametrize(
    "header", [b"connection: close", b"expect: 100-continue\r\ncontent-length: 9"]
)
async def test_the_connection_ends_where_the_client_wants_it_or_may_not_send_its_body(
    place: Place, client: httpx.AsyncClient, line: Line, header: bytes
) -> None:
    await place.one_is_served(client)
    head, _ = await line.ask(b"PUT /v1 HTTP/1.1\r\nhost: a\r\n" + header + b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 503 ")
    assert b"connection: close\r\n" in head
    assert await line.is_closed()


async def test_requests_that_follow_each_other_unasked_are_all_answered_in_order(
    place: Place, client: httpx.AsyncClient, line: Line
) -> None:
    await place.one_is_served(client)
    many = 3000
    asked = b"".join(b"GET /v1/%d HTTP/1.1\r\nhost: a\r\n\r\n" % one for one in range(many))
    answers = [await line.ask(asked), *[await line.answer() for _ in range(many - 1)]]
    places = [json.loads(document)["instance"] for _, document in answers]
    assert places == [f"/v1/{one}" for one in range(many)]


async def test_a_server_that_is_about_to_stop_asks_for_a_new_connection(
    place: Place, client: httpx.AsyncClient
) -> None:
    await place.one_is_served(client)
    place.stopping.announce()
    refused = await client.get("/v1")
    assert (refused.status_code, refused.headers["connection"]) == (503, "close")


@pytest.mark.parametrize("said", [{}, {"x-forwarded-proto": "https"}])
async def test_who_came_by_tls_is_told_to_stay_with_it(
    place: Place, client: httpx.AsyncClient, said: dict[str, str]
) -> None:
    from_the_frame = await client.get("/busy", headers=said)
    await place.one_is_served(client)
    at_the_door = await client.get(PATH, headers=said)
    assert at_the_door.status_code == 503
    for answer in (from_the_frame, at_the_door):
        assert ("strict-transport-security" in answer.headers) == bool(said)


async def test_what_is_refused_without_the_parser_gets_the_same_answer(
    place: Place, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from_the_frame = await client.get("/busy")
    monkeypatch.setattr(Door, "is_besieged", True)
    monkeypatch.setattr(Door, "turns_away", lambda *_: True)
    at_the_door = await client.put("/v1/a", content=b"{}", headers={"X-Request-Id": "lms-1"})
    expected = {**from_the_frame.json(), "instance": "/v1/a", "request_id": "lms-1"}
    assert at_the_door.json() == expected
    for name in VARYING:
        del at_the_door.headers[name], from_the_frame.headers[name]
    assert sorted(at_the_door.headers.items()) == sorted(from_the_frame.headers.items())
    assert (await client.get("/livez")).status_code == 204
    monkeypatch.undo()
    place.go_on.set()
    assert (await client.get("/v1/a")).status_code == 204
    assert place.served == [b""]


async def test_a_refusal_is_counted(place: Place, client: httpx.AsyncClient) -> None:
    labels = {"method": "GET", "route": "unknown", "code": "server.busy"}
    before = METRICS.get_sample_value("pars_refusals_total", labels) or 0
    await place.one_is_served(client)
    await client.get("/v1")
    assert METRICS.get_sample_value("pars_refusals_total", labels) == before + 1


@pytest.mark.parametrize("requests", [1, 2])
async def test_a_file_whose_client_has_gone_is_left_also_when_another_request_had_come(
    place: Place, line: Line, requests: int
) -> None:
    await line.send_and_go(b"GET /file HTTP/1.1\r\nhost: a\r\n\r\n" * requests)
    await asyncio.wait_for(place.left.wait(), PATIENCE)
    await place.stopping.all_answered(PATIENCE)
    assert not place.stopping.under_way
