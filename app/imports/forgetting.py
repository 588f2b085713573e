"""Forgetting imports: their lists are kept for 90 days, uploads that were given up for one.

A row that was rejected tells of people. It goes when its time is over, also where the provider
never sends a file again: every worker passes by every provider of its database once an hour.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from functools import partial
from typing import Final

import structlog

from app.core.database import Database, Transaction
from app.core.log import places_of
from app.core.row_scope import REGISTRY

DAYS_KEPT: Final = 90
_SECONDS_BETWEEN_ROUNDS: Final = 3600.0
_PROVIDERS_AT_A_TIME: Final = 500
# An import may have a million of them, which is more than one statement should delete.
_ROWS_AT_A_TIME: Final = 5_000

_PROVIDERS: Final = """
SELECT provider_id FROM providers WHERE provider_id > $1 ORDER BY provider_id LIMIT $2
"""
_OVER: Final = """
provider_id = $1 AND (created_at < now() - make_interval(days => $2)
    OR state = 'receiving' AND created_at < now() - interval '1 day')
"""
_FORGET_ROWS: Final = f"""
DELETE FROM import_rejected WHERE provider_id = $1 AND (import_id, "row") IN (
    SELECT r.import_id, r."row" FROM import_rejected r
    WHERE r.provider_id = $1 AND r.import_id IN (SELECT import_id FROM imports WHERE {_OVER})
    LIMIT $3)
"""  # noqa: S608 - own text
_FORGET: Final = f"DELETE FROM imports WHERE {_OVER}"  # noqa: S608 - own text
_log = structlog.get_logger("imports")


async def keep_forgetting(database: Database, stop: asyncio.Event) -> None:
    """Go round all providers of this database again and again, until `stop` is set."""
    while not stop.is_set():
        try:
            await _go_round(database, stop)
        except Exception as error:  # noqa: BLE001 - the worker goes on, and the next round comes
            _log.error("not_forgotten", trace=places_of(error))
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _SECONDS_BETWEEN_ROUNDS)


async def _go_round(database: Database, stop: asyncio.Event) -> None:
    async for provider_id in _providers(database):
        forget_some = partial(_forget_some, provider_id)
        while not stop.is_set() and await database.run(provider_id, forget_some):
            pass


async def _providers(database: Database) -> AsyncIterator[str]:
    after = ""

    async def work(transaction: Transaction) -> list[str]:
        rows = await transaction.driver.fetch(_PROVIDERS, after, _PROVIDERS_AT_A_TIME)
        return [row[0] for row in rows]

    while providers := await database.run(REGISTRY, work):
        for provider_id in providers:
            yield provider_id
        after = providers[-1]


async def _forget_some(provider_id: str, transaction: Transaction) -> bool:
    """Forget some of what a provider's time is over for; tell whether there is more."""
    driver = transaction.driver
    done = await driver.execute(_FORGET_ROWS, provider_id, DAYS_KEPT, _ROWS_AT_A_TIME)
    if done == f"DELETE {_ROWS_AT_A_TIME}":
        return True
    await driver.execute(_FORGET, provider_id, DAYS_KEPT)
    return False
