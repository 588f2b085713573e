"""The queue between the server and the workers: pgqueuer on our own connections.

Importing pgqueuer takes a third of a second, which a server should not pay before its first
answer: it is imported when the first file has arrived.
"""

from typing import Any, Final, NamedTuple, cast

import orjson

from app.core.database import Transaction

ENTRYPOINT: Final = "import"
# A worker's connection bears this name in the database, so that who looks for a worker finds it.
WORKER_NAME: Final = "openpars worker"


class Ticket(NamedTuple):
    """What the queue knows of an import: whose it is, and its id."""

    provider_id: str
    import_id: str


async def enqueue(transaction: Transaction, ticket: Ticket) -> None:
    """Put an import into the queue, in the transaction that makes it one."""
    # See the head of this file.
    from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver  # noqa: PLC0415
    from pgqueuer.adapters.persistence.queries import Queries  # noqa: PLC0415

    queries = Queries(AsyncpgDriver(cast("Any", transaction.driver)))
    await queries.enqueue(ENTRYPOINT, orjson.dumps(list(ticket)))


def ticket_of(payload: bytes | None) -> Ticket:
    """Read what `enqueue` wrote."""
    return Ticket(*orjson.loads(payload or b"[]"))
