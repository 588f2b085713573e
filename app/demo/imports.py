"""The import of the demo: a trial of a small file, in which one row is wrong."""

from collections.abc import AsyncIterator
from typing import Any, Final

import orjson

from app.auth.access import Access
from app.core.clock import Clock
from app.core.database import Database, Transaction
from app.demo.records import CALLED_OFF
from app.imports.accepting import Asked, accept
from app.imports.examples import DEMO_IMPORT
from app.imports.jobs import ImportJobs
from app.imports.queueing import Ticket
from app.imports.working import work_off

_ASKED: Final = Asked("activities", "ndjson", dry_run=True, file_name="year-end.ndjson")
_ROWS: Final[tuple[dict[str, Any], ...]] = (
    {**CALLED_OFF, "internal_id": "LC-SPRING", "credits": 6.5},
    {**CALLED_OFF, "internal_id": "LC-SUMMER", "credits": 6.4},
)


async def try_a_file(database: Database, access: Access, clock: Clock) -> None:
    """Carry out the demo's import, unless it is there already."""

    async def is_there(transaction: Transaction) -> bool:
        return await ImportJobs(transaction, access.provider_id).get(DEMO_IMPORT) is not None

    if await access.run(is_there):
        return
    await accept(access, _ASKED, _content(), DEMO_IMPORT)
    await work_off(database, clock, Ticket(access.provider_id, DEMO_IMPORT))


async def _content() -> AsyncIterator[bytes]:
    for row in _ROWS:
        yield orjson.dumps(row) + b"\n"
