"""A part of a transaction that can be taken back without the rest."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from app.core.database import CONSTRAINT_PROBLEMS, Transaction
from app.core.errors import ProblemError


@asynccontextmanager
async def savepoint(transaction: Transaction) -> AsyncIterator[None]:
    """Take back what was done within when it raises anything."""
    await transaction.driver.execute("SAVEPOINT part")
    try:
        yield
    except BaseException:
        await transaction.driver.execute("ROLLBACK TO SAVEPOINT part; RELEASE SAVEPOINT part")
        raise
    await transaction.driver.execute("RELEASE SAVEPOINT part")


@asynccontextmanager
async def refusing(transaction: Transaction) -> AsyncIterator[None]:
    """As `savepoint`; a constraint that says no is the refusal in the words of its rule."""
    try:
        async with savepoint(transaction):
            yield
    except asyncpg.IntegrityConstraintViolationError as error:
        known = CONSTRAINT_PROBLEMS.get(error.constraint_name or "")
        if known is None:
            raise
        raise ProblemError(*known) from error
