"""Every operation, called by everybody, about everything: the answer, the leak, the change.

The matrix runs three times: as it is, with row-level security switched off, and with the
application's own filter switched off. Each of the two lines of defence holds alone.
"""

from collections.abc import AsyncIterator, Sequence

import httpx
import pytest

from app.settings import Settings
from tests.document import DOCUMENT
from tests.harness import FixedClock
from tests.security.actors import Actor
from tests.security.calls import Described, described, expected, targets
from tests.security.homes import Home
from tests.security.operations import OPERATIONS
from tests.security.sabotage import open_the_gate
from tests.security.table_states import checksums
from tests.security.worlds import World, told, world_of

ALL = {operation.operation_id: operation for operation in described()}
REFUSED_WITHOUT_ROWS = {"reader", "all but the scope", "revoked", "expired", "anonymous"}
ABOUT_PROVIDERS = [name for name, row in OPERATIONS.items() if row.about == "a provider"]


@pytest.fixture(scope="module")
async def world_without_row_security(
    server_url: str, worker_id: str, settings: Settings, session_clock: FixedClock
) -> AsyncIterator[World]:
    """The database lets everything through: the application alone stands guard."""
    async with world_of("application", server_url, worker_id, settings, session_clock) as made:
        yield made


@pytest.fixture(scope="module")
async def world_without_a_filter(
    server_url: str, worker_id: str, settings: Settings, session_clock: FixedClock
) -> AsyncIterator[World]:
    """The application lets everything through: the database alone stands guard."""
    async with world_of("database", server_url, worker_id, settings, session_clock) as made:
        with pytest.MonkeyPatch.context() as patch:
            open_the_gate(patch)
            yield made


def test_every_operation_has_a_row_and_every_row_an_operation() -> None:
    found = {
        operation["operationId"]
        for methods in DOCUMENT["paths"].values()
        for operation in methods.values()
    }
    assert set(OPERATIONS) == found


@pytest.mark.parametrize("operation", ALL.values(), ids=ALL.keys())
async def test_everybody_gets_the_answer_that_the_table_says(
    world: World, operation: Described
) -> None:
    await _everybody_gets_the_right_answer(world, operation, world.actors)


@pytest.mark.parametrize("operation", ALL.values(), ids=ALL.keys())
async def test_the_application_alone_keeps_strangers_out(
    world_without_row_security: World, operation: Described
) -> None:
    world = world_without_row_security
    # Whom the scopes or the key itself refuse is refused before any row is looked for.
    by_rows = [actor for actor in world.actors if actor.name not in REFUSED_WITHOUT_ROWS]
    await _everybody_gets_the_right_answer(world, operation, by_rows)


@pytest.mark.parametrize("name", ABOUT_PROVIDERS)
async def test_the_database_alone_keeps_strangers_out(
    world_without_a_filter: World, name: str
) -> None:
    world, operation = world_without_a_filter, ALL[name]
    victim = world.own
    before = await checksums(world.superuser)
    assert world.forgetful is not None
    for actor in world.actors:
        if not actor.is_known or actor.speaks_for(victim) or actor.kind == "operator":
            continue
        world.forgetful.instead = {actor.home.provider_id: victim.provider_id}
        for target in targets(operation.row, actor.home, victim):
            await world.call(operation, actor, target, trial=False)
    world.forgetful.instead = {}
    assert await checksums(world.superuser) == before


async def _everybody_gets_the_right_answer(
    world: World, operation: Described, actors: Sequence[Actor]
) -> None:
    row = operation.row
    calls = [
        (actor, target)
        for actor in actors
        for target in targets(row, actor.home, _neighbour(world, actor))
    ]
    permitted = [call for call in calls if expected(row, *call) & row.success]
    before = await checksums(world.superuser)
    absent = set()
    for actor, target in calls:
        if (actor, target) not in permitted:
            reply = await world.call(operation, actor, target, trial=False)
            assert reply.status_code in expected(row, actor, target), told(
                operation, actor, target, reply
            )
            if reply.status_code == 404:
                absent.add(_anonymised(reply))
    assert await checksums(world.superuser) == before
    # What is absent and what is another's cannot be told apart, byte by byte.
    assert len(absent) <= 1, absent
    for actor, target in permitted:
        reply = await world.call(operation, actor, target, trial=True)
        assert reply.status_code in row.success, told(operation, actor, target, reply)
    if operation.has_trial or operation.method == "get":
        assert await checksums(world.superuser) == before


def _neighbour(world: World, actor: Actor) -> Home:
    return world.other if actor.home == world.own else world.own


def _anonymised(reply: httpx.Response) -> tuple[bytes, tuple[tuple[str, str], ...]]:
    """Return a problem without its path and its request id, and the headers without theirs."""
    document = reply.json()
    content = reply.content
    for own in ("instance", "request_id"):
        content = content.replace(document[own].encode(), b"")
    varying = {"x-request-id", "content-length"}
    headers = [pair for pair in reply.headers.multi_items() if pair[0] not in varying]
    return content, tuple(sorted(headers))
