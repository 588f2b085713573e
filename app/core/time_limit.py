"""A time limit on work that waits, at next to no cost for work that ends in time.

A timer for each request costs more than the work of the fastest ones. Here one clock
goes round a few times a second and breaks off whatever is overdue.
"""

import asyncio
from types import TracebackType
from typing import Any, Final, Self

_SECONDS_BETWEEN_ROUNDS: Final = 0.25


class TimeLimit:
    """Breaks off work that is not done by its time, with TimeoutError."""

    def __init__(self) -> None:
        self._running: set[Limit] = set()
        self._goes_round = False

    def until(self, ends: float) -> "Limit":
        """Return the context of work that must end by this time of the event loop."""
        return Limit(self._running, ends, self)

    def start(self) -> None:
        """Let the clock go round while work is running."""
        if not self._goes_round:
            self._goes_round = True
            asyncio.get_running_loop().call_later(_SECONDS_BETWEEN_ROUNDS, self._go_round)

    def _go_round(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        for limited in self._running:
            limited.break_off_when_overdue(now)
        self._goes_round = bool(self._running)
        if self._goes_round:
            loop.call_later(_SECONDS_BETWEEN_ROUNDS, self._go_round)


class Limit:
    """One piece of work under a time limit."""

    __slots__ = ("_cancelling", "_clock", "_ends", "_overdue", "_running", "_task")

    def __init__(self, running: "set[Limit]", ends: float, clock: TimeLimit) -> None:
        self._running = running
        self._ends = ends
        self._clock = clock
        self._overdue = False
        self._cancelling = 0
        self._task: asyncio.Task[Any] | None = None

    def __enter__(self) -> Self:
        """Begin; only a task can be broken off."""
        self._task = asyncio.current_task()
        if self._task is None:
            message = "a time limit needs a task"
            raise RuntimeError(message)
        self._cancelling = self._task.cancelling()
        self._running.add(self)
        self._clock.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End; raise TimeoutError when the work was broken off for its time."""
        self._running.discard(self)
        if not self._overdue or self._task is None:
            return
        # Who else cancelled the task meant the whole task and not its being late.
        others = self._task.uncancel() > self._cancelling
        if kind is not None and issubclass(kind, asyncio.CancelledError) and not others:
            raise TimeoutError from error

    def lift(self) -> None:
        """Let the work go on for as long as it takes."""
        self._running.discard(self)

    def break_off_when_overdue(self, now: float) -> None:
        """Cancel the work, once, when its time is over."""
        if not self._overdue and now >= self._ends and self._task is not None:
            self._overdue = True
            self._task.cancel()
