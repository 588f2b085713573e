"""Calls that take no body do not ignore one that is sent all the same."""

from typing import Any

import pytest

from tests.builders import complete_activity
from tests.harness import ReportingProvider
from tests.people import contacts_of, enter

SENT: list[tuple[dict[str, Any], int, str]] = [
    ({"json": {"foo": 1}}, 422, "field.unknown"),
    ({"json": ["foo"]}, 422, "field.type"),
    ({"content": "{", "headers": {"Content-Type": "application/json"}}, 400, "json.invalid"),
    ({"content": "foo=1"}, 415, "media_type.unsupported"),
]
NOTHING: list[dict[str, Any]] = [{}, {"json": {}}, {"data": {}}]


async def places(provider: ReportingProvider) -> list[str]:
    await enter(provider, "primary")
    activity = await provider.enter(complete_activity())
    return [f"{activity}/close", f"{contacts_of(provider)}/confirm"]


@pytest.mark.parametrize(("sent", "status", "code"), SENT)
@pytest.mark.parametrize("key", [{}, {"Idempotency-Key": "one"}])
async def test_what_is_sent_with_a_deed_that_takes_nothing_is_refused(
    provider: ReportingProvider, sent: dict[str, Any], status: int, code: str, key: dict[str, str]
) -> None:
    for url in await places(provider):
        headers = {**key, **sent.get("headers", {})}
        reply = await provider.client.post(url, **{**sent, "headers": headers})
        assert (reply.status_code, reply.json()["code"]) == (status, code)
    (record,) = (await provider.client.get(provider.activities)).json()["data"]
    assert record["status"] != "closed"


@pytest.mark.parametrize("sent", NOTHING)
async def test_a_body_that_says_nothing_is_none(
    provider: ReportingProvider, sent: dict[str, Any]
) -> None:
    for url in await places(provider):
        reply = await provider.client.post(url, **sent)
        assert reply.status_code == 200, reply.text
