"""Every error is a problem document, and says what would have been right."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from app.core.errors import CATALOGUE
from app.core.request_body import MOST_BYTES
from tests.api.small_application import small_application
from tests.clients import client_of

THINGS = "/v1/owners/1/things"
JSON = {"Content-Type": "application/json"}
MEMBERS = [
    "type",
    "title",
    "status",
    "code",
    "detail",
    "instance",
    "request_id",
    "saved",
    "retryable",
    "errors",
    "related",
]


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(small_application()) as client:
        yield client


def problem(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """Return the problem, which is as every problem is."""
    assert response.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = response.json()
    assert (response.status_code, document["code"]) == (status, code)
    assert list(document)[: len(MEMBERS)] == MEMBERS
    assert document["status"] == status == CATALOGUE[code].status
    assert document["type"] == f"/problems/{code}"
    assert document["title"] == CATALOGUE[code].title
    assert document["instance"] == response.request.url.raw_path.partition(b"?")[0].decode()
    assert document["request_id"] == response.headers["x-request-id"]
    assert document["saved"] is False
    return document


async def test_an_unknown_path_names_the_nearest(client: httpx.AsyncClient) -> None:
    document = problem(await client.get("/v1/owner/1/things"), 404, "path.unknown")
    assert document["did_you_mean"] == [THINGS]
    document = problem(await client.get(f"{THINGS}/"), 404, "path.unknown")
    assert document["did_you_mean"] == [THINGS]
    document = problem(await client.get("/nothing/like/it"), 404, "path.unknown")
    assert document["did_you_mean"] == []
    problem(await client.get("/" + "a/" * 5000), 404, "path.unknown")


async def test_a_wrong_method_is_told_all_that_are_right(client: httpx.AsyncClient) -> None:
    response = await client.delete(THINGS)
    problem(response, 405, "method.not_allowed")
    assert response.headers["allow"] == "GET, POST"


async def test_headers_that_would_change_the_method_are_ignored(client: httpx.AsyncClient) -> None:
    overriding = {"X-HTTP-Method-Override": "PUT", "X-Method-Override": "PUT"}
    assert (await client.get(THINGS, headers=overriding)).status_code == 200


async def test_a_fault_tells_its_request_id_and_nothing_else(client: httpx.AsyncClient) -> None:
    response = await client.get(f"{THINGS}/1/fault")
    problem(response, 500, "server.fault")
    assert "secret" not in response.text
    assert "RuntimeError" not in response.text


async def test_what_may_be_repeated_says_so(client: httpx.AsyncClient) -> None:
    response = await client.get(f"{THINGS}/1/busy")
    assert problem(response, 428, "precondition.required")["retryable"] is True
    assert response.headers["retry-after"] == "1"


@pytest.mark.parametrize(
    ("query", "code", "pointers"),
    [
        ("limt=5", "parameter.unknown", ["?limt"]),
        ("limit=5&limit=6", "parameter.repeated", ["?limit"]),
        ("limit=x", "parameter.invalid", ["?limit"]),
        ("limit=0", "parameter.invalid", ["?limit"]),
        ("limit=201", "parameter.invalid", ["?limit"]),
        ("limit=x&known=maybe", "parameter.invalid", ["?limit", "?known"]),
        ("tag=%00", "parameter.invalid", ["?tag"]),
        ("tag=%0d%0aX: y", "parameter.invalid", ["?tag"]),
        ("tag=%ff", "parameter.invalid", []),
        ("a&b&limit=1&limit=1", "parameter.invalid", ["?a", "?b", "?limit"]),
    ],
)
async def test_a_wrong_parameter_is_refused(
    client: httpx.AsyncClient, query: str, code: str, pointers: list[str]
) -> None:
    document = problem(await client.get(f"{THINGS}?{query}"), 400, code)
    assert [error["pointer"] for error in document["errors"]] == pointers


async def test_an_unknown_parameter_names_the_nearest(client: httpx.AsyncClient) -> None:
    document = problem(await client.get(f"{THINGS}?Limits=5"), 400, "parameter.unknown")
    assert document["errors"][0]["did_you_mean"] == ["limit"]


async def test_parameters_that_are_known_are_read(client: httpx.AsyncClient) -> None:
    response = await client.get(f"{THINGS}?tag=a&tag=b&limit=200&known=true")
    assert response.json()["tag"] == ["a", "b"]


async def test_thousands_of_unknown_parameters_are_told_as_more_than_a_hundred(
    client: httpx.AsyncClient,
) -> None:
    query = "&".join(f"x{number}" for number in range(5000))
    document = problem(await client.get(f"{THINGS}?{query}"), 400, "parameter.unknown")
    assert len(document["errors"]) == 100
    assert "More than 100" in document["detail"]


async def test_a_parameter_of_the_path_or_a_header_is_pointed_at(client: httpx.AsyncClient) -> None:
    document = problem(await client.put(f"{THINGS}/x"), 400, "parameter.invalid")
    assert document["errors"][0]["pointer"] == "{number}"
    response = await client.get(THINGS, headers={"depth": "x"})
    assert problem(response, 400, "parameter.invalid")["errors"][0]["pointer"] == "depth:"


@pytest.mark.parametrize("path", ["/v1/owners/%ff/things", "/v1/owners/a%00/things"])
async def test_a_path_that_is_no_text_is_refused(client: httpx.AsyncClient, path: str) -> None:
    problem(await client.get(path), 400, "parameter.invalid")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "application/merge-patch+json"},
        {"Content-Type": "application/json; charset=latin-1"},
        {**JSON, "Content-Encoding": "gzip"},
    ],
)
async def test_a_body_of_another_kind_is_refused(
    client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    response = await client.post(THINGS, content=b"{}", headers=headers)
    assert "application/json" in problem(response, 415, "media_type.unsupported")["detail"]
    assert response.headers["accept"] == "application/json"


@pytest.mark.parametrize(
    "content_type", ["application/json", "Application/JSON; charset=UTF-8", "application/json;a=b"]
)
async def test_json_in_utf_8_is_taken(client: httpx.AsyncClient, content_type: str) -> None:
    headers = {"Content-Type": content_type, "Content-Encoding": "identity"}
    assert (await client.post(THINGS, content=b"{}", headers=headers)).status_code == 201


@pytest.mark.parametrize("length", [None, "2000001", "10", "9" * 5000])
async def test_a_body_that_is_too_large_is_refused_whatever_it_says_of_its_length(
    client: httpx.AsyncClient, length: str | None
) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" " * (MOST_BYTES // 20)
        yield b" "

    headers = {**JSON, **({"Content-Length": length} if length else {})}
    response = await client.post(THINGS, content=chunks(), headers=headers)
    problem(response, 413, "body.too_large")


async def test_a_body_of_exactly_the_limit_is_read(client: httpx.AsyncClient) -> None:
    body = b"{}" + b" " * (MOST_BYTES - 2)
    assert (await client.post(THINGS, content=body, headers=JSON)).status_code == 201


async def test_everything_wrong_with_a_body_comes_at_once(client: httpx.AsyncClient) -> None:
    body = b'{"name": 1, "part": {"size": "1", "kind": "Left"}, "nam": 1}'
    response = await client.post(THINGS, content=body, headers=JSON)
    errors = problem(response, 422, "request.invalid")["errors"]
    assert [(error["code"], error["pointer"]) for error in errors] == [
        ("field.type", "/name"),
        ("field.type", "/part/size"),
        ("field.enum", "/part/kind"),
        ("field.unknown", "/nam"),
    ]
    assert errors[2]["did_you_mean"] == ["left"]


@pytest.mark.parametrize(
    "body", [rb'{"\ud800": 1}', b'{"a": ' + b"9" * 300 + b"}", b'["\\ud800", {"a": NaN}]']
)
async def test_a_problem_can_repeat_whatever_was_sent(
    client: httpx.AsyncClient, body: bytes
) -> None:
    response = await client.post(THINGS, content=body, headers=JSON)
    assert response.status_code in (400, 422)
    problem(response, response.status_code, response.json()["code"])
