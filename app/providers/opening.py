"""What the public is shown: the live lists, and until somebody reports the sandbox's."""

import time
from typing import Final

from starlette.requests import Request

from app.core.database import Database, Transaction
from app.core.worlds import World, world_of, worlds_of

_SECONDS_BETWEEN_LOOKS: Final = 3.0
_ANYBODY: Final = "SELECT EXISTS (SELECT FROM provider_directory)"


class Opening:
    """Whether a provider is registered: asked now and then, until one is."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._has_come = False
        self._next_look = float("-inf")

    async def has_come(self) -> bool:
        """Tell whether there is anybody to be shown; from then on there always is."""
        if not self._has_come and time.monotonic() >= self._next_look:
            self._next_look = time.monotonic() + _SECONDS_BETWEEN_LOOKS
            self._has_come = await self._database.run(None, _anybody)
        return self._has_come


async def public_world(request: Request) -> World:
    """Return the world whose public lists a request is shown: that of its key, if it has one.

    Without a key it is the live one. A system that begins with nothing but its demo shows
    the demo, which would otherwise be nowhere to be seen.
    """
    world, sandbox = world_of(request), worlds_of(request).sandbox
    if sandbox is None or world is sandbox or "authorization" in request.headers:
        return world
    return world if await world.part(Opening).has_come() else sandbox


async def _anybody(transaction: Transaction) -> bool:
    return bool(await transaction.driver.fetchval(_ANYBODY))
