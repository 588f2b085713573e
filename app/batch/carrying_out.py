"""Carrying out a batch: all records together, and one by one where that does not work."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

import asyncpg

from app.activities.staged_repository import OvertakenError
from app.batch.outcomes import Outcome
from app.batch.savepoints import savepoint
from app.core.database import Transaction

E_contra = TypeVar("E_contra", contravariant=True)


class Batch(Protocol[E_contra]):
    """The records of one kind, and what can be done with them."""

    async def together(
        self, transaction: Transaction, entries: Sequence[E_contra]
    ) -> list[Outcome]:
        """Carry out all entries in a few statements; raise OvertakenError to give up."""

    async def alone(self, transaction: Transaction, entries: Sequence[E_contra]) -> list[Outcome]:
        """Carry out the entries one by one, each under a savepoint of its own."""


async def carry_out(
    batch: Batch[E_contra], transaction: Transaction, entries: Sequence[E_contra]
) -> list[Outcome]:
    """Carry out the entries in this transaction; say of each what became of it.

    Each record is saved whole or not at all, and none is in the way of another. They are
    judged in memory and written together. When another call turns out to have been
    faster with one of them, that is taken back and they are carried out one by one, each
    under its lock.
    """
    try:
        async with savepoint(transaction):
            return await batch.together(transaction, entries)
    except (OvertakenError, asyncpg.IntegrityConstraintViolationError):
        return await batch.alone(transaction, entries)
