"""Whether the process lives, and whether it can serve and keep what it is given."""

from typing import Final

from fastapi import APIRouter, Request

from app.core.database import Transaction
from app.core.errors import ProblemError, declare
from app.core.stopping import Stopping, about_to_stop
from app.core.worlds import world_of

NOT_DURABLE = declare(
    "database.not_durable",
    503,
    "The database would lose what it is given",
    "Turn the settings of PostgreSQL on that `detail` names; `pars db check` looks at all of them.",
)

router = APIRouter(include_in_schema=False)

# Each of these turned off means that what was answered for can be gone after a crash.
_DURABLE: Final = "SELECT name FROM pg_settings WHERE name = ANY ($1) AND setting = 'off'"
_SETTINGS: Final = ("fsync", "full_page_writes", "synchronous_commit")


@router.get("/livez")
async def livez() -> dict[str, str]:
    """Answer as long as the process runs."""
    return {"status": "alive"}


@router.get("/readyz")
async def readyz(request: Request) -> dict[str, str]:
    """Answer 200 when the database serves and is durable; otherwise, and before the end, 503."""
    end: Stopping = request.app.state.stopping
    if end.announced:
        raise about_to_stop()
    database = world_of(request).database

    async def ask(transaction: Transaction) -> list[str]:
        rows = await transaction.driver.fetch(_DURABLE, _SETTINGS)
        return [row["name"] for row in rows]

    off = await database.run(None, ask)
    if off:
        detail = f"PostgreSQL runs with {' and '.join(off)} off."
        raise ProblemError(NOT_DURABLE, detail, headers={"Retry-After": "60"})
    return {"status": "ready"}
