"""Every example of the API document succeeds as it stands, with a key of the demo."""

import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.auth.oauth import FORM
from app.auth.operating import issue_key
from app.core.clock import Clock
from app.core.database import Database
from app.core.openapi.answer_headers import ANSWER_HEADERS
from app.demo import seed
from app.main import create_app
from app.settings import Settings
from tests.databases import copy_of, sandbox_from
from tests.described import differences
from tests.document import DOCUMENT
from tests.harness import FixedClock

SERVER = "http://test"
# Headers of the last page, of a call that is repeated, and of one that is only tried.
AT_TIMES = {"Link", "Idempotent-Replayed", "Validate-Only"}
# Whoever tries the examples in a year to come has a demo of that year.
LATER = "2028-08-15"
A_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
# Calls that no key of a provider may make; all others are tried with the key of the demo.
KIND_BY_TAG = {"Accreditors": "accreditor", "Operation": "operator"}


def operations(*, reading: bool) -> Iterator[Any]:
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            if (method == "get") is reading:
                yield pytest.param(path, method, operation, id=operation["operationId"])


@pytest.fixture(scope="session")
async def demo(
    server_url: str, worker_id: str, session_clock: FixedClock
) -> AsyncIterator[tuple[str, dict[str, str]]]:
    """The name of a database with the demo in it, and the keys of the demo by their kind."""
    async with planted(server_url, f"demo_{worker_id}", session_clock) as keys:
        yield f"demo_{worker_id}", keys


@asynccontextmanager
async def planted(server_url: str, name: str, clock: Clock) -> AsyncIterator[dict[str, str]]:
    async with sandbox_from(server_url, "pars", name) as url:
        database = Database(url, 1)
        seeded = await seed(database, clock)
        assert seeded.key is not None
        accreditor = await issue_key(
            database, kind="accreditor", accreditor_id="ACCME", mode="test"
        )
        operator = await issue_key(database, kind="operator", mode="test")
        await database.close()
        yield {"provider": seeded.key, "accreditor": accreditor.key, "operator": operator.key}


@pytest.fixture(scope="session")
def application(server_url: str, demo: tuple[str, dict[str, str]], settings: Settings) -> FastAPI:
    """The application, not started, on what will be a copy of the demo."""
    url = server_url.replace("/pars?", f"/{demo[0]}_copy?")
    return create_app(settings.model_copy(update={"sandbox_url": url, "pool_size": 2}))


@pytest.fixture(scope="module")
async def application_to_read(
    server_url: str, demo: tuple[str, dict[str, str]], settings: Settings, session_clock: Clock
) -> AsyncIterator[FastAPI]:
    """The application, started once, on the demo that nobody changes."""
    url = server_url.replace("/pars?", f"/{demo[0]}_read?")
    application = create_app(settings.model_copy(update={"sandbox_url": url, "pool_size": 2}))
    async with started(server_url, demo[0], application, session_clock, f"{demo[0]}_read"):
        yield application


@pytest.fixture
async def application_to_change(
    server_url: str, demo: tuple[str, dict[str, str]], application: FastAPI, session_clock: Clock
) -> AsyncIterator[FastAPI]:
    """The application, started anew on a fresh copy of the demo."""
    async with started(server_url, demo[0], application, session_clock, f"{demo[0]}_copy"):
        yield application


@asynccontextmanager
async def started(
    server_url: str, demo: str, application: FastAPI, clock: Clock, name: str
) -> AsyncIterator[None]:
    """Copy the demo under this name, and start the application that is to work on it."""
    async with (
        copy_of(server_url, demo, name),
        application.router.lifespan_context(application),
    ):
        application.state.clock = clock
        yield


def example_request(path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    """Build the request that Swagger UI sends when nothing in it is changed."""
    headers: dict[str, str] = {}
    query: dict[str, Any] = {}
    for parameter in operation.get("parameters", ()):
        if "example" not in parameter:
            assert not parameter.get("required"), f"{parameter['name']} has no example"
            continue
        name, value = parameter["name"], parameter["example"]
        match parameter["in"]:
            case "path":
                path = path.replace(f"{{{name}}}", str(value))
            case "query":
                query[name] = value
            case "header":
                headers[name] = value
    request: dict[str, Any] = {"method": method, "url": path, "params": query, "headers": headers}
    body = operation.get("requestBody")
    if body:
        media_type, content = next(iter(body["content"].items()))
        headers["Content-Type"] = media_type
        request["data" if media_type == FORM else "json"] = content["example"]
    return request


@pytest.mark.parametrize(("path", "method", "operation"), list(operations(reading=True)))
async def test_the_example_of_a_question_is_answered_as_it_stands(
    application_to_read: FastAPI,
    demo: tuple[str, dict[str, str]],
    path: str,
    method: str,
    operation: dict[str, Any],
) -> None:
    await the_example_succeeds(application_to_read, demo[1], path, method, operation)


@pytest.mark.parametrize(("path", "method", "operation"), list(operations(reading=False)))
async def test_the_example_of_a_change_succeeds_as_it_stands(
    application_to_change: FastAPI,
    demo: tuple[str, dict[str, str]],
    path: str,
    method: str,
    operation: dict[str, Any],
) -> None:
    await the_example_succeeds(application_to_change, demo[1], path, method, operation)


async def test_examples_with_a_date_succeed_with_the_demo_of_later_years(
    server_url: str, worker_id: str, settings: Settings
) -> None:
    name = f"later_{worker_id}"
    clock = FixedClock(settings.reporting_zone, LATER)
    url = server_url.replace("/pars?", f"/{name}_copy?")
    application = create_app(settings.model_copy(update={"sandbox_url": url, "pool_size": 2}))
    async with planted(server_url, name, clock) as keys:
        for example in operations(reading=False):
            path, method, operation = example.values
            if A_DATE.search(json.dumps(operation.get("requestBody", ""))):
                async with started(server_url, name, application, clock, f"{name}_copy"):
                    await the_example_succeeds(application, keys, path, method, operation)


async def the_example_succeeds(
    application: FastAPI, keys: dict[str, str], path: str, method: str, operation: dict[str, Any]
) -> None:
    request = example_request(path, method, operation)
    if operation.get("security") != []:
        key = keys[KIND_BY_TAG.get(operation["tags"][0], "provider")]
        request["headers"]["Authorization"] = f"Bearer {key}"
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url=SERVER) as client:
        reply = await client.request(**request)
    assert reply.status_code < 300, reply.text
    described = operation["responses"][str(reply.status_code)]
    told = set(described.get("headers", ()))
    sent = {name for name in ANSWER_HEADERS if name in reply.headers}
    assert sent <= told
    assert told - AT_TIMES <= sent
    if "json" in reply.headers.get("content-type", ""):
        assert differences(DOCUMENT, operation, reply) == []
