"""Whether the process lives, and whether it can serve."""

from fastapi import APIRouter, Request

from app.core.database import Database, Transaction

router = APIRouter(include_in_schema=False)


@router.get("/livez")
async def livez() -> dict[str, str]:
    """Answer as long as the process runs."""
    return {"status": "alive"}


@router.get("/readyz")
async def readyz(request: Request) -> dict[str, str]:
    """Answer 200 when the database serves; otherwise 503 `server.busy`."""
    database: Database = request.app.state.database

    async def ask(transaction: Transaction) -> None:
        await transaction.driver.fetchval("SELECT 1")

    await database.run(None, ask)
    return {"status": "ready"}
