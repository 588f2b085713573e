"""Paths and queries: bytes that are no text, SQL, repetitions, and very long everything."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.document import DOCUMENT
from tests.security.calls import Described, described, request
from tests.security.test_hostile_json import refused
from tests.security.worlds import World

READS = [one for one in described() if one.method == "get"]
OPERATIONS = list(described())
INJECTIONS = (
    "'",
    "''; DROP TABLE activities; --",
    "1 OR 1=1",
    "1); SELECT pg_sleep(30); --",
    "' UNION SELECT key_hash::text FROM credentials --",
    "$1",
    "%27%20OR%201%3D1",
    "{{7*7}}",
    "${jndi:ldap://localhost/a}",
    "../../../../etc/passwd",
    "\\",
    "%",
    "_",
    "null",
    "-1",
    "0",
    "1e400",
    "9" * 5000,
    "NaN",
    "2026-02-30",
    "0000-00-00",
    "\u0661\u0662",
    "\u202e\u200b",
    "x" * 20_000,
)
NOT_TEXT = ("%ff", "%c0%af", "%ed%a0%80", "%00", "%0d%0aX-Injected:%20yes", "%1b", "%7f")


def parameters_of(operation: Described, place: str) -> list[str]:
    """Return the names of the parameters that the operation has there."""
    described_as: dict[str, Any] = DOCUMENT["paths"][operation.path][operation.method]
    return [one["name"] for one in described_as.get("parameters", ()) if one["in"] == place]


def valid_call(world: World, operation: Described) -> httpx.Request:
    """Return the call of the operation by whom it is permitted, with nothing wrong in it."""
    return request(operation, *world.permitted(operation), trial=False)


async def send_to(world: World, url: str, valid: httpx.Request) -> httpx.Response:
    """Send a valid call to another URL."""
    sent = httpx.Request(valid.method, url, headers=valid.headers, content=valid.content)
    return await world.client.send(sent)


def paths_with(text: str, operation: Described, valid: httpx.Request) -> Iterator[str]:
    """Put a text into the path of a valid call instead of each of its ids in turn."""
    wanted = operation.path.split("/")
    segments = valid.url.raw_path.decode().partition("?")[0].split("/")
    for place, name in enumerate(wanted):
        if name.startswith("{"):
            changed = [*segments[:place], text, *segments[place + 1 :]]
            yield "http://test" + "/".join(changed)


@pytest.mark.parametrize("operation", READS, ids=lambda one: one.operation_id)
async def test_sql_in_a_parameter_is_a_value_like_any_other(
    world: World, operation: Described
) -> None:
    valid = valid_call(world, operation)
    async with world.unharmed():
        for name in parameters_of(operation, "query"):
            for text in INJECTIONS:
                url = valid.url.copy_set_param(name, text)
                reply = await send_to(world, str(url), valid)
                # A text may be a value that finds nothing; a number or a sort key may not.
                assert reply.status_code in (200, 400, 404), (name, text[:50], reply.text)
                assert "syntax" not in reply.text
                assert "Traceback" not in reply.text


@pytest.mark.parametrize("operation", READS, ids=lambda one: one.operation_id)
async def test_sql_in_a_path_finds_nothing(world: World, operation: Described) -> None:
    valid = valid_call(world, operation)
    async with world.unharmed():
        for text in INJECTIONS[::2]:
            encoded = "".join(f"%{byte:02X}" for byte in text[:2000].encode())
            for url in paths_with(encoded, operation, valid):
                reply = await send_to(world, url, valid)
                assert reply.status_code in (400, 404), (url[:200], reply.text)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.operation_id)
async def test_a_path_that_is_no_text_is_refused_by_every_operation(
    world: World, operation: Described
) -> None:
    valid = valid_call(world, operation)
    async with world.unharmed():
        for text in NOT_TEXT:
            # The path is read as a whole: one place in it stands for all.
            for url in list(paths_with(f"a{text}", operation, valid))[-1:]:
                reply = await send_to(world, url, valid)
                assert reply.status_code in (400, 404), (url, reply.text)
                assert "x-injected" not in reply.headers
                assert reply.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.operation_id)
async def test_a_query_that_is_no_text_repeated_or_unknown_is_refused_by_every_operation(
    world: World, operation: Described
) -> None:
    valid = valid_call(world, operation)
    url = str(valid.url).partition("?")[0]
    queries = ["a=1", "_method=DELETE", "x" * 50_000, "&".join(f"p{n}=1" for n in range(2_000))]
    for name in parameters_of(operation, "query"):
        queries += [f"{name}=a{text}" for text in NOT_TEXT[::3]]
        queries += [f"{name}=1&{name}=1", f"{name.upper()}=1", f"{name}[]=1", f" {name}=1"]
    async with world.unharmed():
        for query in queries:
            reply = await send_to(world, f"{url}?{query}", valid)
            problem = reply.json()
            assert reply.status_code == 400, (query[:100], reply.text)
            assert problem["code"].startswith("parameter."), problem["code"]
            assert len(reply.content) < 60_000


async def test_a_key_that_would_break_a_header_is_refused(world: World) -> None:
    push = next(one for one in OPERATIONS if one.operation_id == "activities_push")
    valid = valid_call(world, push)
    async with world.unharmed():
        for text in ("%0d%0aLocation:%20evil", "%e2%80%ae", "Cafe%cc%81", "%20a", "a" * 9999):
            url = list(paths_with(text, push, valid))[-1]
            reply = await send_to(world, url, valid)
            assert reply.status_code in (400, 404, 422), reply.text
            assert "evil" not in str(reply.headers)


async def test_a_method_is_what_the_request_line_says(world: World) -> None:
    read = next(one for one in READS if one.operation_id == "activities_get")
    valid = valid_call(world, read)
    async with world.unharmed():
        for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "_method"):
            headers = {**valid.headers, name: "DELETE"}
            reply = await world.client.get(valid.url, headers=headers)
            assert reply.status_code == 200
        for method in ("TRACE", "CONNECT", "PROPFIND", "X" * 1000):
            reply = await world.client.request(method, valid.url, headers=valid.headers)
            refused(reply, 405, "method.not_allowed")
