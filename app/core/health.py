"""Whether the process lives, and whether it can serve and keep what it is given."""

import asyncio
from typing import Final

from fastapi import APIRouter, Request

from app.core.database import Database, Transaction
from app.core.errors import ProblemError, declare
from app.core.stopping import Stopping, about_to_stop
from app.core.worlds import worlds_of

NOT_DURABLE = declare(
    "database.not_durable",
    503,
    "The database would lose what it is given",
    "Turn the settings of PostgreSQL on that `detail` names; `pars db check` looks at all of them.",
)

router = APIRouter(include_in_schema=False)

# Each of these turned off means that what was answered for can be gone after a crash.
_DURABLE: Final = "SELECT name FROM pg_settings WHERE name = ANY ($1) AND setting = 'off'"
_SECONDS_FOR_THE_SANDBOX: Final = 1.0
_SETTINGS: Final = ("fsync", "full_page_writes", "synchronous_commit")


@router.get("/livez")
async def livez() -> dict[str, str]:
    """Answer as long as the process runs."""
    return {"status": "alive"}


@router.get("/readyz")
async def readyz(request: Request) -> dict[str, str]:
    """Answer 200 when the database serves and is durable; otherwise, and before the end, 503.

    How the sandbox is doing is told beside it, and keeps nobody from the real work.
    """
    end: Stopping = request.app.state.stopping
    if end.announced:
        raise about_to_stop()
    live, sandbox = worlds_of(request).live, worlds_of(request).sandbox
    off = await live.database.run(None, _settings_that_are_off)
    if off:
        detail = f"PostgreSQL runs with {' and '.join(off)} off."
        raise ProblemError(NOT_DURABLE, detail, headers={"Retry-After": "60"})
    ready = {"status": "ready"}
    return ready if sandbox is None else {**ready, "sandbox": await _state_of(sandbox.database)}


async def _state_of(database: Database) -> str:
    try:
        async with asyncio.timeout(_SECONDS_FOR_THE_SANDBOX):
            off = await database.run(None, _settings_that_are_off)
    except (ProblemError, TimeoutError):
        return "unavailable"
    return "not durable" if off else "ready"


async def _settings_that_are_off(transaction: Transaction) -> list[str]:
    rows = await transaction.driver.fetch(_DURABLE, _SETTINGS)
    return [row["name"] for row in rows]
