"""A look at one provider's rows: one statement, one round trip, a transaction by itself."""

from functools import lru_cache
from typing import Any, Protocol

from app.core.connections import Driver


class Values(Protocol):
    """Whatever reads one value from the database: a look, or the driver of a transaction."""

    async def fetchval(self, query: str, *args: Any) -> Any:
        """Return the first value of the first row that the statement finds, or None."""


class Look:
    """Reads values of one provider's rows, each with a statement that stands alone.

    The statement says whose rows it is about before it looks at any. PostgreSQL carries out
    no branch of a CASE before its condition; were it ever otherwise, row-level security would
    show nothing, because what is said about one statement is forgotten with it.
    """

    def __init__(self, driver: Driver, provider_id: str) -> None:
        self._driver = driver
        self._provider_id = provider_id

    async def fetchval(self, query: str, *args: Any) -> Any:
        """Return the value that the statement finds, or None; its `$1` is the provider."""
        if args[0] != self._provider_id:
            message = "a look is about the rows of one provider"
            raise ValueError(message)
        return await self._driver.fetchval(_about_one_provider(query), *args)


# The driver finds what it has prepared by the text; the hash of one that is kept is known.
@lru_cache(maxsize=256)
def _about_one_provider(query: str) -> str:
    return f"SELECT CASE set_config('app.provider_id', $1, true) WHEN $1 THEN ({query}) END"
