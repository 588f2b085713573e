import asyncio
import itertools

import httpx
import pytest
from fastapi import FastAPI

from app.core.database import Database
from tests.credentials import Callers
from tests.harness import ReportingProvider

_numbers = itertools.count(7_960_001)


@pytest.fixture
async def operator(
    app: FastAPI, database: Database, provider: ReportingProvider
) -> httpx.AsyncClient:
    """An operator of a register in which ACCME has been entered, with the provider."""
    del provider
    return await Callers(app, database).operator()


async def entered_at_once(
    operator: httpx.AsyncClient, path: str, entry: dict[str, str]
) -> list[tuple[int, str | None]]:
    replies = await asyncio.gather(*(operator.post(path, json=entry) for _ in range(6)))
    return sorted((reply.status_code, reply.json().get("code")) for reply in replies)


async def test_of_many_entries_of_one_new_provider_exactly_one_is_made(
    operator: httpx.AsyncClient,
) -> None:
    for _ in range(3):
        entry = {"provider_id": str(next(_numbers)), "name": "Hospital", "accreditor": "ACCME"}
        answers = await entered_at_once(operator, "/v1/providers", entry)
        assert answers == [(201, None), *[(409, "provider.duplicate")] * 5]


async def test_of_many_entries_of_one_new_accreditor_exactly_one_is_made(
    operator: httpx.AsyncClient,
) -> None:
    for _ in range(3):
        entry = {"accreditor_id": f"SOCIETY-{next(_numbers)}", "name": "A state society"}
        answers = await entered_at_once(operator, "/v1/accreditors", entry)
        assert answers == [(201, None), *[(409, "accreditor.duplicate")] * 5]
