"""The two worlds of an installation: what is real, and the sandbox of the test keys.

Each has a database of its own, and so each has its own credentials, records and jobs. The
credential of a request decides alone in which one it works: a test key, or a token that
was made from one, opens the sandbox and nothing else. The frame around the request
chooses, in this one place; everybody else asks.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final, Literal, TypeVar, cast

from starlette.requests import Request
from starlette.types import Scope

from app.core.clock import Clock
from app.core.database import Database
from app.core.errors import ProblemError, declare
from app.core.sandbox_date import SANDBOX_DATE, SetClock, clock_set_by

Mode = Literal["live", "test"]

SANDBOX_ABSENT = declare(
    "sandbox.absent",
    401,
    "There is no sandbox here",
    "Use a live key. Whoever runs this system can give it a sandbox with PARS_SANDBOX_URL.",
)

TEST_KEYS: Final = "pars_test_"
# Where the frame notes the world of a request, and its clock when that is one of its own.
WORLD: Final = "world"
CLOCK: Final = "clock"
_SCHEME: Final = len(b"Bearer ")
_DATE_HEADER: Final = SANDBOX_DATE.lower().encode()

T = TypeVar("T")


class World:
    """One database, and what the rooms above keep beside it.

    Each room's part is known by its type, as in `world.part(BoardCatalogue)`, so that the
    core need not know the rooms.
    """

    def __init__(self, mode: Mode, database: Database, *parts: object) -> None:
        self.mode = mode
        self.database = database
        self._parts: dict[type, Any] = {type(part): part for part in parts}

    def part(self, kind: type[T]) -> T:
        """Return what a room keeps about this world."""
        return cast("T", self._parts[kind])


class Worlds:
    """The live world, and the sandbox where there is one.

    `token_heads` are how tokens begin that the sandbox signed.
    """

    def __init__(
        self, live: World, sandbox: World | None = None, token_heads: tuple[str, ...] = ()
    ) -> None:
        self.live = live
        self.sandbox = sandbox
        self._marks = (TEST_KEYS, *token_heads)
        self._marks_in_bytes = tuple(mark.encode() for mark in self._marks)

    def __iter__(self) -> Iterator[World]:
        """Go through the worlds that there are."""
        return iter((self.live,) if self.sandbox is None else (self.live, self.sandbox))

    def opened_by(self, credential: str) -> World:
        """Return the world of a key or token; raise ProblemError 401 when there is none."""
        return self._sandbox() if credential.startswith(self._marks) else self.live

    def of_header(self, authorization: bytes) -> World:
        """Return the world of the credential in the header; 401 as with `opened_by`."""
        if (
            authorization.startswith(self._marks_in_bytes, _SCHEME)
            and authorization[:_SCHEME].lower() == b"bearer "
        ):
            return self._sandbox()
        return self.live

    async def close(self) -> None:
        """Close every connection."""
        for world in self:
            await world.database.close()

    def _sandbox(self) -> World:
        if self.sandbox is None:
            raise ProblemError(
                SANDBOX_ABSENT,
                "This is a test key, and this system has no sandbox. Nothing was done.",
                headers={"WWW-Authenticate": 'Bearer realm="openpars", error="invalid_token"'},
            )
        return self.sandbox


def choose_world(scope: Scope) -> None:
    """Note which world the request works in, and the day that it sets there.

    Raises ProblemError: 401 for a test key where there is no sandbox, 400 for a day that
    cannot be set.
    """
    worlds: Worlds | None = getattr(scope["app"].state, "worlds", None)
    if worlds is None:
        return
    state = scope["state"]
    authorization: bytes | None = None
    days: list[bytes] = []
    for name, value in scope["headers"]:
        if name == b"authorization":
            authorization = value if authorization is None else authorization
        elif name == _DATE_HEADER:
            days.append(value)
    state[WORLD] = world = worlds.live
    if authorization is not None:
        state[WORLD] = world = worlds.of_header(authorization)
    if days:
        in_sandbox = world is worlds.sandbox
        state[CLOCK] = clock_set_by(days, scope["app"].state.clock, in_sandbox=in_sandbox)


def enter_world(request: Request, world: World) -> None:
    """Let the request work in this world; its credential was not where the frame looks."""
    request.scope["state"][WORLD] = world


def worlds_of(request: Request) -> Worlds:
    """Return all worlds of the application."""
    return cast("Worlds", request.app.state.worlds)


def world_of(request: Request) -> World:
    """Return the world that a request works in."""
    return cast("World", request.scope["state"][WORLD])


def clock_of(request: Request) -> Clock:
    """Return the clock that a request goes by."""
    return cast("Clock", request.scope["state"].get(CLOCK) or request.app.state.clock)


def day_set_by(request: Request) -> date | None:
    """Return the day that a request of the sandbox sets, or None."""
    clock = request.scope["state"].get(CLOCK)
    return clock.day if isinstance(clock, SetClock) else None
