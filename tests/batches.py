"""Batches of activities in tests: what is sent, and what was there before."""

from typing import Any

import httpx

from tests.builders import complete_activity, draft_activity
from tests.harness import ReportingProvider

Document = dict[str, Any]


def upsert(**changes: object) -> Document:
    """Return a record that enters or changes this draft."""
    return {"action": "upsert", "activity": draft_activity(**changes)}


async def send(
    provider: ReportingProvider, *records: Any, atomic: bool = False, **asked: Any
) -> httpx.Response:
    """Send a batch of these records."""
    body = {"atomic": atomic, "records": list(records)}
    return await provider.client.post(f"{provider.activities}/batch", json=body, **asked)


async def create(provider: ReportingProvider, **changes: object) -> Document:
    """Enter a draft and return it."""
    reply = await provider.client.post(provider.activities, json=draft_activity(**changes))
    assert reply.status_code == 201, reply.text
    return dict(reply.json())


async def close_one(provider: ReportingProvider, **changes: object) -> Document:
    """Enter a complete activity, closed, and return it."""
    reply = await provider.client.post(
        provider.activities, params={"close": "true"}, json=complete_activity(**changes)
    )
    assert reply.status_code == 201, reply.text
    return dict(reply.json())


async def read(provider: ReportingProvider, activity_id: str) -> Document:
    """Read an activity."""
    return dict((await provider.client.get(f"{provider.activities}/{activity_id}")).json())


def key_of(record: Document) -> Document:
    """Return the three fields that are a record's key."""
    return {name: record[name] for name in ("format", "start_date", "internal_id")}
