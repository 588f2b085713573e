"""Whether the process lives, and whether it may be given anything to keep."""

import httpx


async def test_a_process_that_runs_is_alive(anonymous: httpx.AsyncClient) -> None:
    assert (await anonymous.get("/livez")).json() == {"status": "alive"}


async def test_a_database_that_would_lose_what_it_is_given_is_not_ready(
    anonymous: httpx.AsyncClient,
) -> None:
    # The database of the tests does not wait for the disk.
    reply = await anonymous.get("/readyz")
    assert (reply.status_code, reply.json()["code"]) == (503, "database.not_durable")
    assert reply.json()["detail"] == "PostgreSQL runs with fsync and full_page_writes off."
    assert reply.headers["retry-after"] == "60"
