"""Changes of one thing in the same moment: its trail tells them one after the other."""

import asyncio
from datetime import datetime
from typing import Any

from fastapi import FastAPI

from app.core.database import Database, Transaction
from app.core.row_scope import REGISTRY, Rows, of_accreditor
from tests.credentials import Callers
from tests.harness import ReportingProvider

ROUNDS = 5
_CHANGED = "SELECT changes #>> '{0,before}', changes #>> '{0,after}' FROM"
REVOCATIONS = f"""{_CHANGED} credential_history
    WHERE changed_credential_id = $1 AND action = 'revoked'"""
DEADLINES = f"""{_CHANGED} reporting_deadline_history
    WHERE accreditor_id = 'ACCME' AND year::text = $1 ORDER BY change_number"""


async def told(database: Database, rows: Rows, entries: str, about: str) -> list[tuple[Any, ...]]:
    """Return what the entries of a trail say: what was there before, and what after."""

    async def read(transaction: Transaction) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in await transaction.driver.fetch(entries, about)]

    return await database.run(rows, read)


async def test_of_many_revocations_of_one_key_exactly_one_is_made(
    provider: ReportingProvider, database: Database
) -> None:
    keys = f"/v1/providers/{provider.provider_id}/keys"
    for _ in range(ROUNDS):
        issued = (await provider.client.post(keys, json={"name": "Reports"})).json()
        url = f"{keys}/{issued['credential_id']}"
        replies = await asyncio.gather(*(provider.client.delete(url) for _ in range(8)))
        assert {reply.status_code for reply in replies} == {204}
        (entry,) = await told(database, REGISTRY, REVOCATIONS, issued["credential_id"])
        revoked_at = datetime.fromisoformat((await provider.client.get(url)).json()["revoked_at"])
        assert datetime.fromisoformat(entry[1]).replace(microsecond=0) == revoked_at


async def test_deadlines_that_are_set_at_once_follow_each_other_in_the_trail(
    app: FastAPI, database: Database, provider: ReportingProvider
) -> None:
    del provider
    accreditor = await Callers(app, database).accreditor()
    for year in range(2100, 2100 + ROUNDS):
        path = f"/v1/accreditors/ACCME/deadlines/{year}"
        sent = [{"last_day": f"{year + 1}-01-1{number}"} for number in range(6)]
        replies = await asyncio.gather(
            *(accreditor.put(path, json=body) for body in sent), accreditor.delete(path)
        )
        assert {reply.status_code for reply in replies} == {200, 204}
        days = await told(database, of_accreditor("ACCME"), DEADLINES, str(year))
        befores, afters = zip(*days, strict=True)
        assert befores == (None, *afters[:-1])
