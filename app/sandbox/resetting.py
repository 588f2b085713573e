"""Taking back what a provider tried out: all its records in the sandbox, and nothing else.

The registration stays, and so do the credentials. The deleting is done by a function of
the database, because the application itself may delete no audit trail and no closed
activity. The function does so only in a database that bears the mark of a sandbox.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

from app.core.clock import Clock
from app.core.database import Database, Transaction
from app.core.row_scope import Rows
from app.demo import plant, planted_ids
from app.demo.records import DEMO_PROVIDER_ID

T = TypeVar("T")

# One statement deletes everything: it has nearly all the time that a request has.
_TAKE_TIME: Final = "SET LOCAL statement_timeout = '9s'"
_ABOUT: Final = "SELECT set_config('app.provider_id', $1, true)"
# Nobody adds to what is about to go, or closes it: who enters something new holds the
# provider as it is, and who adds to an activity, or closes it, holds the activity.
_HOLD: Final = (
    "SELECT 1 FROM providers WHERE provider_id = $1 FOR UPDATE",
    "SELECT 1 FROM activities WHERE provider_id = $1 ORDER BY activity_id FOR UPDATE",
)
_RESET: Final = "SELECT relation, deleted FROM reset_sandbox()"
# Answers that were kept for repeated calls tell of records that are gone.
_FORGET_ANSWERS: Final = """
DELETE FROM idempotency_keys WHERE credential_id IN (SELECT credential_id FROM credentials)
"""
_TOLD: Final = {
    "activities": "activities",
    "completions": "learner_completions",
    "contacts": "contacts",
    "imports": "imports",
}


async def reset(transaction: Transaction, provider_id: str, clock: Clock) -> dict[str, Any]:
    """Delete the records of a provider, enter the demo's again, and say what is gone."""
    await transaction.driver.execute(_TAKE_TIME)
    await transaction.driver.execute(_ABOUT, provider_id)
    for hold in _HOLD:
        await transaction.driver.execute(hold, provider_id)
    is_demo = provider_id == DEMO_PROVIDER_ID
    ids = await planted_ids(transaction) if is_demo else []
    rows = await transaction.driver.fetch(_RESET)
    await transaction.driver.execute(_FORGET_ANSWERS)
    deleted = {row["relation"]: row["deleted"] for row in rows}
    if is_demo:
        await plant(_OpenTransaction(transaction), clock, ids)
    return {
        "provider_id": provider_id,
        "deleted": {name: deleted[table] for name, table in _TOLD.items()},
        "planted": is_demo,
    }


class _OpenTransaction(Database):
    """Does all work in a transaction that is open already, so that it is all done or none."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def run(
        self,
        rows: Rows,
        work: Callable[[Transaction], Awaitable[T]],
        *,
        save: bool = True,
    ) -> T:
        """Do the work; whoever opened the transaction commits it."""
        del rows, save
        result = await work(self._transaction)
        await self._transaction.flush()
        return result
