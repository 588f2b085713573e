"""The worlds of an installation, each with a database of its own.

Everything that a request reads or writes belongs to one of them, and so does what the
rooms keep in memory about it. The frame around the request chooses; everybody else asks.
"""

from typing import Any, Final, Literal, TypeVar, cast

from starlette.requests import Request
from starlette.types import Scope

from app.core.clock import Clock
from app.core.database import Database
from app.core.rate_limits import RateLimits

Mode = Literal["live", "test"]

# Where the frame notes the world of a request, and its clock when that is one of its own.
WORLD: Final = "world"
CLOCK: Final = "clock"

T = TypeVar("T")


class World:
    """One database with its quotas, and what the rooms above keep beside it.

    Each room's part is known by its type, as in `world.part(BoardCatalogue)`, so that the
    core need not know the rooms.
    """

    def __init__(self, mode: Mode, database: Database, limits: RateLimits, *parts: object) -> None:
        self.mode = mode
        self.database = database
        self.limits = limits
        self._parts: dict[type, Any] = {type(part): part for part in parts}

    def part(self, kind: type[T]) -> T:
        """Return what a room keeps about this world."""
        return cast("T", self._parts[kind])


class Worlds:
    """The worlds that requests are served in."""

    def __init__(self, live: World) -> None:
        self.live = live

    async def close(self) -> None:
        """Close every connection."""
        await self.live.database.close()


def choose_world(scope: Scope) -> None:
    """Note which world the request works in."""
    worlds: Worlds | None = getattr(scope["app"].state, "worlds", None)
    if worlds is not None:
        scope["state"][WORLD] = worlds.live


def worlds_of(request: Request) -> Worlds:
    """Return all worlds of the application."""
    return cast("Worlds", request.app.state.worlds)


def world_of(request: Request) -> World:
    """Return the world that a request works in."""
    return cast("World", request.scope["state"][WORLD])


def clock_of(request: Request) -> Clock:
    """Return the clock that a request goes by."""
    return cast("Clock", request.scope["state"].get(CLOCK) or request.app.state.clock)
